import { Alert, Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { NameForm } from './name-form.tsx'
import { TokenForm } from './token-form.tsx'

type Way = 'name' | 'token' | 'token-only'

/** The two ways to sign in; the way by name disappears where the deployment does not offer it. */
export function SignInForm({ firstWay = 'name' }: { firstWay?: 'name' | 'token' }) {
  const [way, setWay] = useState<Way>(firstWay)
  if (way === 'name') {
    return (
      <Stack gap="xs">
        <NameForm onNotOffered={() => setWay('token-only')} />
        <Button variant="subtle" color="gray" size="sm" onClick={() => setWay('token')}>
          Use an access token instead
        </Button>
      </Stack>
    )
  }
  return (
    <Stack gap="xs">
      {way === 'token-only' && (
        <Alert color="gray" variant="light" title="Names are switched off here">
          This deployment signs users in through its own identity provider, so it wants their token.
        </Alert>
      )}
      <TokenForm />
      {way === 'token' && (
        <Button variant="subtle" color="gray" size="sm" onClick={() => setWay('name')}>
          Use a name instead
        </Button>
      )}
    </Stack>
  )
}
