import {
  isWorkflowEvent,
  jobChannel,
  type JobPayload,
  type MessageOf,
  type WebSocketMessage,
  type WorkflowEventType,
} from '@headway/events'

/** A message about a job. */
export type JobMessage = MessageOf<WorkflowEventType>

/** What the message of a job may tell, whatever its type. */
export interface JobNews extends JobPayload {
  version?: number
  attempt?: number
  artifactId?: string
  textOffset?: number
  textEnd?: number
  result?: unknown
  error?: string | null
  code?: string | null
}

/** Narrows to a message that names its job. */
export function isJobMessage(message: WebSocketMessage): message is JobMessage {
  return isWorkflowEvent(message) && typeof message.payload.jobId === 'string'
}

/** True when it came by the job's own channel, which holds every message of the job in order. */
export function isOnJobChannel(message: JobMessage): boolean {
  return message.channel === jobChannel(message.payload.jobId)
}
