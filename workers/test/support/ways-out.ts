/** Ways in which a page reaches for an address by itself. `url(name)` is on the canary; each way has a path of its own there. */
type Ways = Record<string, (url: (path: string) => string) => string>

const script = (code: string): string => `<script>try { ${code} } catch {}</script>`

/** By markup alone. */
const markup: Ways = {
  iframe: (url) => `<iframe src="${url('iframe')}"></iframe>`,
  object: (url) => `<object data="${url('object')}" type="text/html"></object>`,
  embed: (url) => `<embed src="${url('embed')}" type="text/html">`,
  img: (url) => `<img src="${url('img')}">`,
  srcset: (url) => `<img srcset="${url('srcset')} 1x">`,
  picture: (url) => `<picture><source srcset="${url('picture')}"><img></picture>`,
  'svg-image': (url) =>
    `<svg width="9" height="9"><image href="${url('svg-image')}" width="9" height="9"/></svg>`,
  video: (url) => `<video preload="auto" src="${url('video')}"></video>`,
  audio: (url) => `<audio preload="auto" src="${url('audio')}"></audio>`,
  poster: (url) => `<video poster="${url('poster')}"></video>`,
  input: (url) => `<input type="image" src="${url('input')}">`,
  stylesheet: (url) => `<link rel="stylesheet" href="${url('stylesheet')}">`,
  'print.css': (url) => `<link rel="stylesheet" media="print" href="${url('print.css')}">`,
  import: (url) => `<style>@import url("${url('import')}");</style>`,
  background: (url) => `<style>body { background: url("${url('background')}") }</style>`,
  'print-background': (url) =>
    `<style>@media print { p { background: url("${url('print-background')}") } }</style>`,
  font: (url) =>
    `<style>@font-face { font-family: f; src: url("${url('font')}") } p { font-family: f }</style>`,
  script: (url) => `<script src="${url('script')}"></script>`,
  'module.js': (url) => `<script type="module" src="${url('module.js')}"></script>`,
  preload: (url) => `<link rel="preload" as="image" href="${url('preload')}">`,
  'modulepreload.js': (url) => `<link rel="modulepreload" href="${url('modulepreload.js')}">`,
  prefetch: (url) => `<link rel="prefetch" href="${url('prefetch')}">`,
  preconnect: (url) => `<link rel="preconnect" href="${url('')}"><link rel="dns-prefetch" href="${url('')}">`,
  prerender: (url) =>
    `<link rel="prerender" href="${url('prerender')}"><link rel="next" href="${url('next')}">`,
  manifest: (url) => `<link rel="manifest" href="${url('manifest')}"><link rel="icon" href="${url('icon')}">`,
  refresh: (url) =>
    `<iframe srcdoc='<meta http-equiv="refresh" content="0;url=${url('refresh')}">'></iframe>`,
  'data-frame': (url) => `<iframe src='data:text/html,<img src="${url('data-frame')}">'></iframe>`,
  'file-frame': () => `<iframe src="file:///etc/passwd"></iframe><iframe src="chrome://version"></iframe>`,
  redirect: (url) => `<img src="/to?${encodeURIComponent(url('redirect'))}">`,
  speculation: (url) =>
    `<script type="speculationrules">${JSON.stringify({
      prefetch: [{ source: 'list', urls: [url('speculative-prefetch')], eagerness: 'immediate' }],
      prerender: [{ source: 'list', urls: [url('speculative-prerender')], eagerness: 'immediate' }],
    })}</script>`,
  form: (url) =>
    `<iframe name="sink"></iframe><form target="sink" method="post" action="${url('form')}"><input name="a"></form>${script('document.forms[0].submit()')}`,
}

/** By script. */
const scripts: Ways = {
  fetch: (url) => `fetch('${url('fetch')}').catch(() => {})`,
  'no-cors': (url) =>
    `fetch('${url('no-cors')}', { mode: 'no-cors', keepalive: true, method: 'POST', body: 'x' }).catch(() => {})`,
  'fetch-redirect': (url) =>
    `fetch('/to?${encodeURIComponent(url('fetch-redirect'))}', { mode: 'no-cors' }).catch(() => {})`,
  xhr: (url) => `const x = new XMLHttpRequest(); x.open('GET', '${url('xhr')}'); x.send()`,
  beacon: (url) => `navigator.sendBeacon('${url('beacon')}', 'x')`,
  eventsource: (url) => `new EventSource('${url('eventsource')}')`,
  websocket: (url) => `new WebSocket('${url('websocket').replace('http', 'ws')}')`,
  'tls-websocket': (url) => `new WebSocket('${url('tls-websocket').replace('http', 'wss')}')`,
  https: (url) => `fetch('${url('https').replace('http', 'https')}', { mode: 'no-cors' }).catch(() => {})`,
  window: (url) => `open('${url('window')}')`,
  'dynamic-import.js': (url) => `import('${url('dynamic-import.js')}').catch(() => {})`,
  worker: (url) => `new Worker(URL.createObjectURL(new Blob(['fetch("${url('worker')}")'])))`,
  'shared-worker': (url) =>
    `new SharedWorker(URL.createObjectURL(new Blob(['fetch("${url('shared-worker')}")'])))`,
  blob: (url) =>
    `const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob(['<img src="${url('blob')}">'], { type: 'text/html' })); document.body.append(f)`,
  javascript: (url) =>
    `const f = document.createElement('iframe'); f.src = 'javascript:fetch("${url('javascript')}",{mode:"no-cors"})'; document.body.append(f)`,
  ping: (url) =>
    `const a = document.createElement('a'); a.href = '#'; a.ping = '${url('ping')}'; document.body.append(a); a.click()`,
  download: (url) =>
    `const a = document.createElement('a'); a.href = '${url('download')}'; a.download = 'x'; a.target = 'sink'; document.body.append(a); a.click()`,
  'print-event': (url) =>
    `addEventListener('beforeprint', () => { new Image().src = '${url('print-event')}' })`,
  'paint.js': (url) => `CSS.paintWorklet?.addModule('${url('paint.js')}').catch(() => {})`,
  'service-worker': () => `navigator.serviceWorker?.register('/sw.js').catch(() => {})`,
  webtransport: (url) =>
    `new WebTransport('${url('webtransport').replace('http', 'https')}').ready.catch(() => {})`,
}

/** Connections alone, hints that a browser need not follow, and what it refuses by itself. */
const SILENT = new Set([
  'preconnect',
  'prerender',
  'manifest',
  'file-frame',
  'speculation',
  'tls-websocket',
  'https',
  'ping',
  'webtransport',
])

/** By WebRTC, which has ways of its own to open sockets. */
export function peerScript(port: number): string {
  const servers = [
    `stun:127.0.0.1:${port}`,
    `turn:127.0.0.1:${port}?transport=udp`,
    `turn:127.0.0.1:${port}?transport=tcp`,
    `turns:127.0.0.1:${port}?transport=tcp`,
    `stun:[::1]:${port}`,
  ]
  return `for (const url of ${JSON.stringify(servers)}) try {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: url, username: 'u', credential: 'c' }] })
    peer.createDataChannel('x')
    peer.createOffer().then((offer) => peer.setLocalDescription(offer))
    const to = (type, protocol) => 'candidate:1 1 ' + protocol + ' 2130706431 127.0.0.1 ${port} typ host' + type
    const other = new RTCPeerConnection()
    peer.createOffer().then((offer) => other.setRemoteDescription(offer)).then(() => other.createAnswer()).then(async (answer) => {
      await other.setLocalDescription(answer)
      await peer.setRemoteDescription(answer)
      await peer.addIceCandidate({ candidate: to('', 'udp'), sdpMid: '0' })
      await peer.addIceCandidate({ candidate: to(' tcptype passive', 'tcp'), sdpMid: '0' })
    }).catch(() => {})
  } catch {}`
}

/** A page with all of them, and an article so that it can be extracted. */
export function pageOfWays(target: string): string {
  const url = (path: string): string => `${target}${path}`
  const body = Object.values(markup).map((way) => way(url))
  const code = Object.values(scripts).map((way) => script(way(url)))
  const article =
    '<p>Long jobs outlive the page that started them, and whoever comes back wants to see how far they are. </p>'
  return `<!doctype html><title>Ways</title><article><h1>Ways</h1>${article.repeat(8)}</article>
    ${body.join('\n')}${code.join('\n')}<script>${peerScript(Number(new URL(target).port))}</script>`
}

/** For `/sw.js`: a service worker that reaches out when it is installed. */
export function serviceWorker(target: string): string {
  return `addEventListener('install', (event) => event.waitUntil(fetch('${target}service-worker', { mode: 'no-cors' }).catch(() => {})))`
}

/** The ways whose requests a server sees where nothing is refused; the others open a connection without one, or need what a test does not have. */
export const WAYS_THAT_ASK: readonly string[] = Object.keys({ ...markup, ...scripts }).filter(
  (name) => !SILENT.has(name),
)

/** A page that writes into its title what it can learn of an open and of a closed port. */
export function oraclePage(open: string, closed: string): string {
  return `<title>?</title><script>
    const ask = async (url) => JSON.stringify([
      await fetch(url, { mode: 'no-cors' }).then((answer) => answer.type, (error) => error.message),
      await fetch(url).then((answer) => answer.status, (error) => error.message),
      ...await Promise.all(['img', 'script', 'link'].map((name) => new Promise((resolve) => {
        const element = document.createElement(name)
        element.onload = () => resolve('load')
        element.onerror = () => resolve('error')
        element.rel = 'stylesheet'
        element.src = element.href = url
        document.head.append(element)
      }))),
      await new Promise((resolve) => {
        const socket = new WebSocket(url.replace('http', 'ws'))
        socket.onclose = (event) => resolve(event.code)
      }),
    ])
    Promise.all([ask('${open}'), ask('${closed}')]).then(([open, closed]) => { document.title = open === closed ? 'the same' : open + closed })
  </script>`
}

/** A page that asks for each address again and again, by requests and by tunnels. */
export function pageOfNames(addresses: readonly string[]): string {
  const code = addresses.map(
    (url) => `for (let n = 0; n < 5; n += 1) {
    fetch('${url}?' + n, { mode: 'no-cors' }).catch(() => {})
    new WebSocket('${url.replace('http', 'ws')}?' + n)
    new Image().src = '${url.replace('http', 'https')}?' + n
  }`,
  )
  return `<title>Names</title><script>${code.join('\n')}</script>`
}
