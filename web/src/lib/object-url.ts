import { useMemo, useSyncExternalStore } from 'react'

/** An address of bytes within this page, which exists as long as somebody shows it. */
class ObjectUrl {
  readonly #blob: Blob
  #url: string | null = null
  #uses = 0

  constructor(blob: Blob, contentType: string) {
    this.#blob = blob.slice(0, blob.size, contentType)
  }

  readonly get = (): string | null => this.#url

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#uses += 1
    this.#url ??= URL.createObjectURL(this.#blob)
    onChange()
    return () => {
      this.#uses -= 1
      if (this.#uses > 0 || this.#url === null) return
      URL.revokeObjectURL(this.#url)
      this.#url = null
    }
  }
}

/** The address of the bytes under the given type; null for the first moment. */
export function useObjectUrl(blob: Blob, contentType: string): string | null {
  const objectUrl = useMemo(() => new ObjectUrl(blob, contentType), [blob, contentType])
  return useSyncExternalStore(objectUrl.subscribe, objectUrl.get)
}
