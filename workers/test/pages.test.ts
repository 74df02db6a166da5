import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Deployment } from './support/deployment.ts'
import { WebSite } from './support/web-site.ts'

const PARAGRAPH =
  'Long jobs outlive the page that started them, and whoever comes back wants to see how far they are, on any device. '

const ARTICLE = `<!doctype html><html lang="en"><head><title>On patience | The Journal</title>
<meta property="og:site_name" content="The Journal"></head><body>
<nav><a href="/">Home</a> <a href="/about">About us and many other things</a></nav>
<main><article><h1>On patience</h1><p class="byline" rel="author">By A. Writer</p>
<p>${PARAGRAPH.repeat(4)}</p>
<h2>Why wait</h2><p>${PARAGRAPH.repeat(3)} See <a href="/more">more</a>.</p>
<ul><li>first</li><li>second</li></ul>
<h2>How long</h2><p>${PARAGRAPH.repeat(3)}</p><pre><code>await patience()</code></pre>
</article></main><footer>Copyright and legal matters</footer></body></html>`

const STRICT = {
  'content-security-policy': "default-src 'none'; require-trusted-types-for 'script'; trusted-types",
}

let deployment: Deployment
let site: WebSite

beforeAll(async () => {
  deployment = await Deployment.open()
  site = await WebSite.open()
  await deployment.startWorker({ allowPrivateUrls: true, graceMs: 2000, leaseMs: 15_000, heartbeatMs: 5000 })
}, 60_000)
afterAll(async () => {
  await deployment.close()
  await site.close()
})

async function artifactOf(jobId: string): Promise<{ name: string; contentType: string; data: Buffer }> {
  const [artifact] = (await deployment.view(jobId)).artifacts
  const found = await deployment.engine.artifacts.find(deployment.userId, jobId, artifact?.artifactId ?? '')
  if (!artifact || !found) throw new Error(`Job ${jobId} has no artifact.`)
  return { ...artifact, data: await deployment.engine.artifacts.get(found.key) }
}

describe('capture-page', () => {
  it('keeps a picture of a page, live from the first event to the last', async () => {
    site.page('/picture', '<title>A picture</title><body style="margin:0;height:3000px;background:teal">')
    const input = {
      url: site.url('/picture'),
      format: 'png',
      fullPage: true,
      viewport: { width: 400, height: 300 },
    }
    const jobId = await deployment.createJob('capture-page', input)
    const [completed] = await deployment.tap.sees(jobId, 'JOB_COMPLETED', 1, 30_000)
    const types = [...new Set(deployment.tap.ofJob(jobId).map(({ type }) => type))]
    const shown = [
      'JOB_CREATED',
      'JOB_QUEUED',
      'JOB_STARTED',
      'JOB_RUNNING',
      'JOB_PROGRESS',
      'JOB_ARTIFACT',
      'JOB_COMPLETED',
    ]
    expect(types.filter((type) => shown.includes(type))).toEqual(shown)
    expect(completed?.payload.result).toMatchObject({ title: 'A picture', url: site.url('/picture') })

    const { name, contentType, data } = await artifactOf(jobId)
    expect({ name, contentType }).toEqual({ name: '127.0.0.1.png', contentType: 'image/png' })
    expect(pngSize(data)).toEqual({ width: 400, height: 3000 })
  }, 40_000)

  it.each([
    ['pdf', 'application/pdf', '%PDF-'],
    ['jpeg', 'image/jpeg', '\u00FF\u00D8\u00FF'],
  ])(
    'keeps a page as %s',
    async (format, contentType, magic) => {
      site.page('/format', '<title>Any format</title><p>Hello')
      const jobId = await deployment.createJob('capture-page', { url: site.url('/format'), format })
      await deployment.reaches(jobId, 'completed', 30_000)
      const artifact = await artifactOf(jobId)
      expect(artifact.contentType).toBe(contentType)
      expect(artifact.data.toString('latin1', 0, magic.length)).toBe(magic)
    },
    40_000,
  )

  it('takes a page that never falls silent as it is', async () => {
    site
      .page(
        '/noisy',
        '<title>Noisy</title><p>Hi<script>setInterval(() => fetch("/slow?" + Math.random()), 100)</script>',
      )
      .handle('/slow', () => undefined)
    const jobId = await deployment.createJob('capture-page', { url: site.url('/noisy') })
    expect(await deployment.reaches(jobId, 'completed', 30_000)).toMatchObject({ result: { title: 'Noisy' } })
  }, 40_000)

  it('is not held up by a dialog', async () => {
    site.page('/dialog', '<title>Dialog</title><script>alert("hello"); confirm("really?")</script>')
    const jobId = await deployment.createJob('capture-page', { url: site.url('/dialog') })
    expect(await deployment.reaches(jobId, 'completed', 30_000)).toMatchObject({
      result: { title: 'Dialog' },
    })
  }, 40_000)

  it('fails for a page that is not there, without another try', async () => {
    const jobId = await deployment.createJob('capture-page', { url: site.url('/missing') })
    expect(await deployment.reaches(jobId, 'failed', 30_000)).toMatchObject({
      errorCode: 'page_not_available',
      error: expect.stringContaining('404'),
      attempt: 1,
    })
  }, 40_000)

  it('is cancelled within a second while a page is loading', async () => {
    site.handle('/hanging', () => undefined)
    const jobId = await deployment.createJob('capture-page', { url: site.url('/hanging') })
    await deployment.tap.sees(jobId, 'JOB_STEP', 1, 30_000)
    const start = performance.now()
    await deployment.cancel(jobId)
    await deployment.tap.sees(jobId, 'JOB_CANCELLED')
    expect(performance.now() - start).toBeLessThan(1000)
  }, 40_000)
})

describe('extract-page', () => {
  it.each([
    ['a page', '/article', {}],
    ['a page with the strictest policy', '/strict', STRICT],
  ])(
    'streams the article of %s as Markdown and keeps it',
    async (_what, path, headers) => {
      site.page(path, ARTICLE, headers)
      const jobId = await deployment.createJob('extract-page', { url: site.url(path) })
      await deployment.tap.sees(jobId, 'JOB_COMPLETED', 1, 30_000)
      const text = await deployment.text(jobId)
      expect(text).toContain('# On patience')
      expect(text).toContain('## Why wait')
      expect(text).toContain(`[more](${site.url('/more')})`)
      expect(text).toContain('-   first')
      expect(text).toContain('```\nawait patience()\n```')
      expect(text).not.toContain('About us')
      expect(text).not.toContain('legal matters')
      expect(
        deployment.tap
          .ofJob(jobId, 'JOB_CHUNK')
          .map(({ payload }) => payload.text)
          .join(''),
      ).toBe(text)

      const artifact = await artifactOf(jobId)
      expect(artifact).toMatchObject({ name: '127.0.0.1.md', contentType: 'text/markdown' })
      expect(artifact.data.toString()).toBe(text)
    },
    40_000,
  )

  it('says so where a page has no article', async () => {
    site.page('/empty', '<title>Nothing</title><body></body>')
    const jobId = await deployment.createJob('extract-page', { url: site.url('/empty') })
    expect(await deployment.reaches(jobId, 'failed', 30_000)).toMatchObject({
      errorCode: 'no_article',
      attempt: 1,
    })
  }, 40_000)
})

it('gives a browser none of the worker\u2019s secrets', async () => {
  const worker = await deployment.startWorker({ allowPrivateUrls: true })
  site.page('/secrets', '<title>Secrets</title><p>none')
  process.env['JWT_SECRET'] = 'canary-of-the-worker'
  try {
    for (let index = 0; index < 3; index += 1) {
      await deployment.reaches(
        await deployment.createJob('capture-page', { url: site.url('/secrets') }),
        'completed',
        30_000,
      )
    }
    for (const pid of worker.browserPids) {
      expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary-of-the-worker')
    }
  } finally {
    delete process.env['JWT_SECRET']
  }
}, 60_000)

/** Width and height are at a fixed place of every PNG. */
function pngSize(data: Buffer): { width: number; height: number } {
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) }
}
