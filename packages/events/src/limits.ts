/** Messages kept for replay in a channel, unless set otherwise. */
export const EVENT_BUFFER_MAX_SIZE = 200

/** How long a message is kept for replay, in milliseconds, unless set otherwise: 5 minutes. */
export const EVENT_BUFFER_MAX_AGE_MS = 300_000

/** Bytes of messages kept for replay in a channel, unless set otherwise: 256 KiB. */
export const EVENT_BUFFER_MAX_BYTES = 262_144

/** Largest message in bytes of JSON: 64 KiB. Larger results and inputs stay in the job and are named by a pointer. */
export const MESSAGE_MAX_BYTES = 65_536

/** Most text in one acknowledgement of `subscribe:job`, in bytes: 256 KiB. */
export const TEXT_ACK_MAX_BYTES = 262_144
