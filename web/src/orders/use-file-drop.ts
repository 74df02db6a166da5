import { useRef, useState, type DragEvent } from 'react'

/**
 * Takes a file that is dropped on an element; spread `target` on it. Everything but files is left to the browser.
 * Whoever has no mouse uses the button beside it.
 */
export function useFileDrop(onFile: (file: File) => void) {
  const [isOver, setIsOver] = useState(false)
  // Each element within is entered before the one around it is left.
  const depth = useRef(0)
  const leave = () => {
    depth.current = 0
    setIsOver(false)
  }
  const target = {
    onDragEnter(event: DragEvent) {
      if (!holdsFiles(event)) return
      depth.current += 1
      setIsOver(true)
    },
    onDragOver(event: DragEvent) {
      // A browser that is not told otherwise opens the file in place of the page.
      if (holdsFiles(event)) event.preventDefault()
    },
    onDragLeave(event: DragEvent) {
      if (!holdsFiles(event)) return
      depth.current -= 1
      if (depth.current <= 0) leave()
    },
    onDrop(event: DragEvent) {
      if (!holdsFiles(event)) return
      event.preventDefault()
      leave()
      const [file] = event.dataTransfer.files
      if (file) onFile(file)
    },
  }
  return { isOver, target }
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes('Files')
}
