import { Button } from '@mantine/core'
import { IconFilterOff, IconPackage } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { JobListSkeleton } from '../jobs/job-list-skeleton.tsx'
import { CallFailed } from '../shell/call-failed.tsx'
import { Notice } from '../shell/notice.tsx'
import type { useOrders } from './use-orders.ts'

interface OrderListProps {
  list: ReturnType<typeof useOrders>
  isFiltered: boolean
  /** The table, where there is something to show in it. */
  children: ReactNode
}

/** The orders, or what stands in their place: they are on their way, could not be had, or there are none. */
export function OrderList({ list, isFiltered, children }: OrderListProps) {
  if (list.isPending) return <JobListSkeleton />
  if (list.data === undefined) {
    return (
      <div className="hw-panel">
        <CallFailed
          title="Your orders could not be loaded"
          error={list.error}
          isRetrying={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      </div>
    )
  }
  if (list.data.pages.every(({ orders }) => orders.length === 0)) {
    return (
      <div className="hw-panel">
        {isFiltered ? (
          <Notice icon={IconFilterOff} title="No order matches this filter">
            <p>Change the words or the state that you look for.</p>
          </Notice>
        ) : (
          <Notice icon={IconPackage} title="No orders yet">
            <p>Enter one, or import a CSV file. Every device that you sign in on shows them at once.</p>
          </Notice>
        )}
      </div>
    )
  }
  return (
    <>
      {children}
      {list.hasNextPage && (
        <div className="orders-more">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void loadMore(list)}>
            Load more
          </Button>
        </div>
      )}
    </>
  )
}

/** Behind a fetch that is under way: cut off by this one, what it was to bring would not be asked for again. */
async function loadMore({ refetch, fetchNextPage, isFetching }: OrderListProps['list']): Promise<void> {
  if (isFetching) await refetch({ cancelRefetch: false })
  await fetchNextPage({ cancelRefetch: false })
}
