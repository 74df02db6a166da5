/** Gives the last value in place of each one that is equal to it: in every property, and in every item of an array. */
export function keepEqual<TValue extends object>(): (value: TValue) => TValue {
  let held: TValue
  let heldParts: unknown[] | undefined
  return (value) => {
    const parts = Object.values(value).flat()
    if (parts.length !== heldParts?.length || parts.some((part, index) => part !== heldParts?.[index])) {
      held = value
      heldParts = parts
    }
    return held
  }
}
