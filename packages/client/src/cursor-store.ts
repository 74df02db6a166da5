/**
 * Where cursors outlive a page. Only the user's own channel and `all` are kept: a job starts from its snapshot.
 * Whatever is stored, the server hands out no foreign message: a channel of another user is refused there.
 */
export interface CursorStore {
  /** What was saved last; empty where nothing was. */
  load(): Record<string, number>
  /** Keeps the newest `seq` of each channel, in place of what was kept. Called once a frame at most while messages come. */
  save(cursors: Record<string, number>): void
}

/** Keeps cursors as long as the client lives. */
export function memoryCursorStore(): CursorStore {
  let kept: Record<string, number> = {}
  return {
    load: () => kept,
    save: (cursors) => {
      kept = cursors
    },
  }
}

/**
 * Keeps cursors in the tab's sessionStorage, so that a reload goes on where the page was. Where there is none, or
 * the browser forbids it, they live as long as the client does.
 *
 * @param key Name of the entry; give each deployment used from one origin its own. Default `headway:cursors`.
 */
export function sessionCursorStore(key = 'headway:cursors'): CursorStore {
  return {
    load: () => {
      try {
        return (JSON.parse(sessionStorage.getItem(key) ?? '{}') ?? {}) as Record<string, number>
      } catch {
        return {}
      }
    },
    save: (cursors) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(cursors))
      } catch {
        // The client has them all the same.
      }
    },
  }
}
