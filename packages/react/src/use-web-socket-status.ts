import type { ConnectionSnapshot } from '@headway/client'

export declare function useWebSocketStatus(): ConnectionSnapshot
