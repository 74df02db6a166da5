import { Button, Stack, Text, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useSessionStore } from './session-context.tsx'
import { parseTokenClaims } from './token-claims.ts'

/** Signs in with a token from the team's own identity provider. */
export function TokenForm() {
  const session = useSessionStore()
  const [token, setToken] = useState('')
  const [error, setError] = useState<string>()

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const problem = tokenProblem(token)
    setError(problem)
    if (problem === undefined) session.signInWith(token)
  }

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="md">
        <Textarea
          label="Access token"
          description="A JWT of your identity provider. Its subject (sub) is the user whose jobs you see. It stays in this tab and is forgotten when you close it."
          placeholder="eyJhbGciOi…"
          name="token"
          autoComplete="off"
          spellCheck={false}
          autosize
          minRows={4}
          maxRows={8}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
          data-autofocus
          value={token}
          error={error}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" size="md">
          Sign in with this token
        </Button>
        <Text size="xs" className="hw-muted">
          In your own application the token comes from your sign-in, and nobody pastes anything.
        </Text>
      </Stack>
    </form>
  )
}

function tokenProblem(token: string): string | undefined {
  if (token.trim() === '') return 'Paste a token.'
  const claims = parseTokenClaims(token)
  if (claims === undefined)
    return 'This is not a JWT with a subject: three parts with dots between them are expected.'
  if (claims.expiresAt !== null && claims.expiresAt <= Date.now()) {
    return `This token expired at ${new Date(claims.expiresAt).toLocaleString()}. Get a new one.`
  }
  return undefined
}
