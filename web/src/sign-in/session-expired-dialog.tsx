import { Button, Modal, Stack, Text } from '@mantine/core'
import { useReturnFocus } from '../lib/use-return-focus.ts'
import { useSession, useSessionStore } from './session-context.tsx'
import type { Session } from './session-store.ts'
import { SignInForm } from './sign-in-form.tsx'

/** Asks for a new token above the page, so that nothing on it is lost. */
export function SessionExpiredDialog() {
  const session = useSession()
  return session.status === 'expired' ? <SignInAgain session={session} /> : null
}

function SignInAgain({ session }: { session: Exclude<Session, { status: 'signed-out' }> }) {
  const store = useSessionStore()
  useReturnFocus()
  return (
    <Modal
      opened
      centered
      title="Sign in again"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      onClose={() => undefined}
    >
      <Stack gap="md">
        <Text size="sm">
          The token of <strong>{session.userId}</strong> is no longer accepted. Jobs go on meanwhile; this
          page catches up as soon as you are signed in.
        </Text>
        <SignInForm firstWay={session.source} />
        <Button variant="subtle" color="gray" size="sm" onClick={() => store.signOut()}>
          Sign out
        </Button>
      </Stack>
    </Modal>
  )
}
