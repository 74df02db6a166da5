/** What helps against the failures that have a remedy of their own. */
const ADVICE: Readonly<Record<string, string>> = {
  url_not_allowed:
    'Private and loopback addresses are refused here. Use a public address, or set ALLOW_PRIVATE_URLS on the workers.',
  unavailable: 'The worker lacked something that it needs. See its log, then resume.',
}

const GENERAL_ADVICE =
  'Resume goes on after the last completed step; what is done is not done again. Start again begins anew, with an input that you can change.'

export function failureAdvice(code: string | null): string {
  return (code === null ? undefined : ADVICE[code]) ?? GENERAL_ADVICE
}
