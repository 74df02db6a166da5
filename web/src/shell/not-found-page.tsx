import { Button } from '@mantine/core'
import { IconMapPinOff } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useDocumentTitle } from './document-title.ts'
import { Notice } from './notice.tsx'

export function NotFoundPage() {
  useDocumentTitle('Not found')
  return (
    <Notice icon={IconMapPinOff} title="There is no page at this address" isPage>
      <p>The address may have been cut when it was copied.</p>
      <Button component={Link} href="/" variant="default">
        Show my jobs
      </Button>
    </Notice>
  )
}
