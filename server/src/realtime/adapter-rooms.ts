import { FinishedPacket } from '@headway/event-log'
import type { Namespace } from 'socket.io'
import type { Backpressure } from './backpressure/backpressure.ts'
import type { Rooms } from './sequencer/sequencer.ts'
import type { RoomReaders } from './streams/room-readers.ts'

type Adapter = Namespace['adapter']

/** No socket has this id: a member that keeps a room local while its first socket is being caught up. */
const PLACEHOLDER = '#sequencer'

/** The sequencer's view of the stock adapter, which drops messages for rooms without a local member unread. */
export class AdapterRooms implements Rooms {
  readonly #adapter: Adapter
  readonly #backpressure: Backpressure
  readonly #readers: RoomReaders

  constructor(parts: { adapter: Adapter; backpressure: Backpressure; readers: RoomReaders }) {
    this.#adapter = parts.adapter
    this.#backpressure = parts.backpressure
    this.#readers = parts.readers
  }

  size(room: string): number {
    const members = this.#adapter.rooms.get(room)
    const sockets = members ? members.size - (members.has(PLACEHOLDER) ? 1 : 0) : 0
    return sockets + this.#readers.size(room)
  }

  hold(room: string): void {
    void this.#adapter.addAll(PLACEHOLDER, new Set([room]))
  }

  release(room: string): void {
    void this.#adapter.del(PLACEHOLDER, room)
  }

  send(room: string, packetText: string): void {
    const options = { rooms: new Set([room]), except: new Set<string>(), flags: { local: true } }
    this.#adapter.broadcast(new FinishedPacket(packetText), options)
    this.forward(room, packetText)
  }

  forward(room: string, packetText: string): void {
    this.#readers.forward(room, packetText)
  }

  holdTransient(room: string, packetText: string): string[] {
    return this.#backpressure.holdTransient(this.#adapter.rooms.get(room), packetText)
  }

  /** Calls back after a socket has left a room. */
  onLeave(listener: (room: string) => void): void {
    this.#adapter.on('leave-room', (room: string, id: string) => {
      if (id !== PLACEHOLDER) queueMicrotask(() => listener(room))
    })
  }
}
