/** Socket.IO's EVENT packet type. */
const EVENT = 2

/** A Socket.IO packet whose data is already text. {@link PacketEncoder} passes it through. */
export class FinishedPacket {
  readonly type = EVENT
  /** Set by the adapter that broadcasts it. */
  nsp = '/'
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** The data as values, for whoever asks (listeners of outgoing packets do, nobody else). */
  get data(): unknown[] {
    return JSON.parse(this.text) as unknown[]
  }
}
