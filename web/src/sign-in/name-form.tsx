import { USER_ID_PATTERN } from '@headway/events'
import { Button, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useSessionStore } from './session-context.tsx'

interface NameFormProps {
  /** Called where this deployment gives no tokens by name. */
  onNotOffered: () => void
}

/** Signs in with a name alone, as a deployment for trying things out allows. */
export function NameForm({ onNotOffered }: NameFormProps) {
  const session = useSessionStore()
  const [name, setName] = useState(session.lastName)
  const [error, setError] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)

  const submit = async () => {
    const problem = nameProblem(name)
    setError(problem)
    if (problem !== undefined) return
    setIsBusy(true)
    try {
      if (!(await session.signInAs(name))) onNotOffered()
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="No password here: whoever uses a name sees its jobs."
          placeholder="ada"
          name="userId"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          data-autofocus
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={isBusy}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'Enter a name to sign in with.'
  if (USER_ID_PATTERN.test(name)) return undefined
  return 'Use up to 128 letters, digits and the characters . _ @ | : - without blanks.'
}
