/** A page that tries every way to an address that a page has. */
export function curiousPage(target: string): string {
  const { port } = new URL(target)
  return `<title>Curious</title><iframe src="${target}"></iframe><img src="${target}x.png">
    <link rel="stylesheet" href="${target}x.css"><script src="${target}x.js"></script>
    <script>
      fetch('${target}').catch(() => {}); navigator.sendBeacon('${target}', 'x')
      new WebSocket('${target.replace('http', 'ws')}socket'); new EventSource('${target}')
      open('${target}'); new Worker(URL.createObjectURL(new Blob(['fetch("${target}")'])))
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }] })
      peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer))
    </script>`
}
