import { RealtimeProvider } from '@headway/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { ApiContext } from '../lib/api-context.tsx'
import { SessionExpiredDialog } from '../sign-in/session-expired-dialog.tsx'
import { AppFrame } from './app-frame.tsx'
import type { ConsoleParts } from './console-parts.ts'
import { FinishedJobToasts } from './finished-job-toasts.tsx'
import { Pages } from './pages.tsx'

/** The console of one signed-in user. */
export function SignedInConsole({ parts }: { parts: ConsoleParts }) {
  return (
    <QueryClientProvider client={parts.queries}>
      <ApiContext value={parts.api}>
        <RealtimeProvider client={parts.client}>
          <AppFrame>
            <Pages />
          </AppFrame>
          <FinishedJobToasts />
          <SessionExpiredDialog />
        </RealtimeProvider>
      </ApiContext>
    </QueryClientProvider>
  )
}
