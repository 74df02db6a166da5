import { watch } from 'node:fs'

/** Several files are often saved in one go. */
const SETTLE_MS = 150

/** Calls `onChange` when a source in one of the folders has changed; tests do not count. Returns what ends it. */
export function watchSources(folders: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const onEvent = (_event: string, file: string | null) => {
    if (!file || !isSource(file)) return
    clearTimeout(timer)
    timer = setTimeout(onChange, SETTLE_MS)
  }
  const watchers = folders.map((folder) => watch(folder, { recursive: true }, onEvent))
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

function isSource(file: string): boolean {
  if (/(^|\/)(dist|test|node_modules)\//.test(file)) return false
  return /\.(ts|lua|sql|json)$/.test(file) && !/\.test(-d)?\.ts$/.test(file)
}
