import { Text, Title } from '@mantine/core'
import { BrandMark } from '../shell/brand-mark.tsx'
import { ColorSchemeMenu } from '../shell/color-scheme-menu.tsx'
import { useDocumentTitle } from '../shell/document-title.ts'
import { SignInForm } from './sign-in-form.tsx'
import './sign-in.css'

/** Shown at whatever address was opened; after signing in that address appears. */
export function SignInPage() {
  useDocumentTitle('Sign in')
  return (
    <div className="sign-in">
      <div className="sign-in-scheme">
        <ColorSchemeMenu />
      </div>
      <main className="sign-in-card hw-panel">
        <div className="sign-in-brand">
          <BrandMark size={34} />
          <div>
            <Title order={1} size="1.35rem">
              Headway
            </Title>
            <Text size="sm" className="hw-muted">
              Long jobs, live on every device.
            </Text>
          </div>
        </div>
        <SignInForm />
      </main>
    </div>
  )
}
