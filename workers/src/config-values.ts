import { z } from 'zod'

/** A setting that is a whole number of a range. */
export function wholeNumber(min: number, max: number, byDefault: number) {
  const isFit = (text: string) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max
  return z
    .string()
    .refine(isFit, { error: unfit(`a whole number from ${min} to ${max}`, byDefault) })
    .transform(Number)
    .default(byDefault)
}

/** What is wrong with a setting that holds no secret: the value, what is expected, and what to set. */
export function unfit(expected: string, example: string | number) {
  return ({ input }: { input?: unknown }) =>
    `is ${JSON.stringify(input)}, which is not ${expected}. Set it like ${example}.`
}
