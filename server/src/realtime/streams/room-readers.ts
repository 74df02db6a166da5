/** Somebody who follows a room of this instance without a socket. */
export interface RoomReader {
  /** Finished packet text, in the order of the room: a message, or the word that a gap can't be filled. */
  forward(packetText: string): void
}

/** Who follows the rooms of this instance beside the sockets. The adapter knows sockets alone. */
export class RoomReaders {
  readonly #rooms = new Map<string, Set<RoomReader>>()

  size(room: string): number {
    return this.#rooms.get(room)?.size ?? 0
  }

  join(room: string, reader: RoomReader): void {
    const members = this.#rooms.get(room) ?? new Set()
    this.#rooms.set(room, members.add(reader))
  }

  leave(room: string, reader: RoomReader): void {
    const members = this.#rooms.get(room)
    if (members?.delete(reader) && members.size === 0) this.#rooms.delete(room)
  }

  forward(room: string, packetText: string): void {
    for (const reader of this.#rooms.get(room) ?? []) reader.forward(packetText)
  }
}
