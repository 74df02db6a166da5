import { serveTabs } from '@headway/client/shared-worker'

serveTabs()
