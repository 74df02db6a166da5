/** One event of a stream, as the HTML standard has it. */
export interface ServerSentEvent {
  /** Where a reader goes on that has this event. Without it he stays where he was. */
  id?: number | undefined
  event: string
  /** JSON, written by whomever: it may hold line breaks. */
  data: string
}

/** The text of an event, with the empty line that ends it: half an event is none. */
export function formatServerSentEvent({ id, event, data }: ServerSentEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`
  return `${place}event: ${event}\ndata: ${data.replaceAll(/\r\n?|\n/g, '\ndata: ')}\n\n`
}
