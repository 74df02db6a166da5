const MODEL_SETTINGS =
  'Whoever runs the workers has to look at LLM_BASE_URL, LLM_MODEL and LLM_API_KEY. Once they are right, resume.'
const SMALLER_QUESTION =
  'Start again with a question that takes less to answer: fewer orders, or a list in place of an essay.'

/** What helps against the failures that have a remedy of their own. */
const ADVICE: Readonly<Record<string, string>> = {
  url_not_allowed:
    'Private and loopback addresses are refused here. Use a public address, or set ALLOW_PRIVATE_URLS on the workers.',
  timeout:
    'It took longer than its operation may. Resume goes on after the last completed step, with the full time again.',
  page_not_available: 'See whether the address opens in your own browser. If it does by now, resume.',
  no_article: 'This page has no text that reads as an article. Capture it as a picture or PDF instead.',
  bad_request: 'The input does not fit the operation any more. Start again with another.',
  worker_lost: 'Its workers ended while they ran it, which may be its doing. See their logs, then resume.',
  llm_unauthorized: MODEL_SETTINGS,
  llm_not_found: MODEL_SETTINGS,
  llm_quota_exceeded: 'The account that the model is paid from has nothing left. Once it has, resume.',
  llm_refused: 'The model does not want to answer this. Start again with another question.',
  llm_answer_too_long: SMALLER_QUESTION,
  llm_no_answer: SMALLER_QUESTION,
  unavailable: 'The worker lacked something that it needs. See its log, then resume.',
}

const GENERAL_ADVICE =
  'Resume goes on after the last completed step; what is done is not done again. Start again begins anew, with an input that you can change.'

export function failureAdvice(code: string | null): string {
  return (code === null ? undefined : ADVICE[code]) ?? GENERAL_ADVICE
}
