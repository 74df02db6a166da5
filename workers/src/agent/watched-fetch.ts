import { FinalError } from '../errors.ts'
import type { RequestWatch } from './request-watch.ts'

/**
 * A `fetch` whose answers are heard by a watch, byte by byte, and are nothing but streams of events or errors. It follows no redirects: what
 * is asked, and the key, go to the address that was set.
 */
export function watchedFetch(watch: RequestWatch): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' })
    watch.hear(0)
    if (response.ok) checkStream(response, watch)
    const { status, headers } = response
    // What is passed on is decoded already, and its length with it.
    const body = response.body?.pipeThrough(heardBy(watch)) ?? null
    return new Response(body, { status, headers })
  }
}

function heardBy(watch: RequestWatch): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(bytes, controller) {
      watch.hear(bytes.length)
      controller.enqueue(bytes)
    },
  })
}

/** A web page or a whole answer where a stream should be: something else is at this address. */
function checkStream({ headers }: Response, watch: RequestWatch): void {
  const [type = ''] = (headers.get('content-type') ?? '').toLowerCase().split(';')
  if (!['text/html', 'application/json'].includes(type.trim())) return
  const message = `The model's endpoint answers with ${type.trim()} and not with a stream of events. Check LLM_BASE_URL, and that the model can stream.`
  watch.end(new FinalError(message, { code: 'llm_rejected' }))
  watch.signal.throwIfAborted()
}
