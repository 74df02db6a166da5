import { Button, Stack } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { Callout } from '../shell/callout.tsx'
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
        <Callout tone="plain" icon={IconKey} title="Names are switched off here">
          <p>This deployment signs users in through its own identity provider, so it wants their token.</p>
        </Callout>
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
