/** The worker that holds one connection for all tabs of the console. */
import { serveTabs } from '@headway/client/shared-worker'

serveTabs()
