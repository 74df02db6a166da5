import type { OrderState } from '@headway/events'

export const ORDER_STATE_WORDS: Record<OrderState, string> = {
  draft: 'Draft',
  submitting: 'Submitting',
  submitted: 'Submitted',
  failed: 'Failed',
}
