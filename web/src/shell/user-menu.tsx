import { Menu, UnstyledButton } from '@mantine/core'
import { IconLayoutGrid, IconLogout } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useSession, useSessionStore, useUserId } from '../sign-in/session-context.tsx'
import './user-menu.css'

export function UserMenu() {
  const session = useSessionStore()
  const userId = useUserId()
  const current = useSession()
  // Only a deployment for development signs in by name; there the components can be looked at.
  const hasGallery = current.status !== 'signed-out' && current.source === 'name'
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className="user-button" aria-label={`Signed in as ${userId}`}>
          <span className="user-initial" aria-hidden="true">
            {userId.charAt(0).toUpperCase()}
          </span>
          <span className="user-name hw-truncate">{userId}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="hw-truncate">{userId}</Menu.Label>
        {hasGallery && (
          <Menu.Item component={Link} href="/gallery" leftSection={<IconLayoutGrid size={16} stroke={1.7} />}>
            Gallery
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => session.signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
