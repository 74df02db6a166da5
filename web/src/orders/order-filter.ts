import { ORDER_STATES, type OrderState } from '@headway/events'
import { useSearchParams } from 'wouter'

export interface OrderFilter {
  search: string
  state: OrderState | undefined
}

/** The list's filter lives in the address, so that a filtered list can be linked to. */
export function useOrderFilter(): [OrderFilter, (change: Partial<OrderFilter>) => void] {
  const [params, setParams] = useSearchParams()
  const filter: OrderFilter = {
    search: params.get('search') ?? '',
    state: ORDER_STATES.find((state) => state === params.get('state')),
  }
  const setFilter = (change: Partial<OrderFilter>) => {
    const { search, state } = { ...filter, ...change }
    const entries = { ...(search && { search }), ...(state && { state }) }
    setParams(new URLSearchParams(entries), { replace: true })
  }
  return [filter, setFilter]
}
