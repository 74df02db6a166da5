import { z } from 'zod'
import { wholeNumber } from '../config-values.ts'
import type { ErpAccount } from './erp-account.ts'

/** The environment variables about the ERP. */
export const erpVariables = {
  // Its value is never repeated in a message: it may hold a password.
  ERP_URL: z
    .string()
    .refine(isOrigin, {
      error:
        'is not an http or https address of a host alone, without path, user and password. Set it like https://erp.example.com.',
    })
    .transform((text) => new URL(text).origin)
    .optional(),
  ERP_USER: z.string().optional(),
  ERP_PASSWORD: z.string().optional(),
  ERP_PAGE_TIMEOUT_MS: wholeNumber(1000, 600_000, 30_000),
  ERP_SETTLE_MS: wholeNumber(1000, 3_600_000, 60_000),
}

type ErpVariables = z.output<z.ZodObject<typeof erpVariables>>

/** What is wrong with them together, a line each. */
export function erpProblems(values: ErpVariables): string[] {
  const { ERP_URL: url, ERP_PAGE_TIMEOUT_MS: pageMs, ERP_SETTLE_MS: settleMs } = values
  if (url === undefined) return []
  const problems = (['ERP_USER', 'ERP_PASSWORD'] as const)
    .filter((name) => values[name] === undefined)
    .map((name) => `${name} is not set, and the ERP of ERP_URL asks for it. Set it, or remove ERP_URL.`)
  if (settleMs >= pageMs) return problems
  return [
    ...problems,
    `ERP_SETTLE_MS is "${settleMs}", which is less than ERP_PAGE_TIMEOUT_MS (${pageMs}): an order could be entered twice. Set it like 60000.`,
  ]
}

/** Who the workers are in the ERP, where there is one. */
export function toErpAccount(values: ErpVariables): ErpAccount | undefined {
  const { ERP_URL: origin, ERP_USER: user, ERP_PASSWORD: password } = values
  if (origin === undefined || user === undefined || password === undefined) return undefined
  const { ERP_PAGE_TIMEOUT_MS: pageTimeoutMs, ERP_SETTLE_MS: settleMs } = values
  return { origin, user, password, pageTimeoutMs, settleMs }
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}
