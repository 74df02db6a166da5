import {
  jobViewSchema,
  messageSchema,
  orderBatchSchema,
  orderInputSchema,
  pendingOrderSchema,
} from '@headway/events/schemas'
import type { z } from 'zod'
import { answerBody } from '../answer-job.ts'
import { cancelBody } from '../change-job.ts'
import { devTokenBody } from '../dev-token.ts'
import { problemSchema } from '../problem.ts'
import {
  customersSchema,
  devTokenSchema,
  jobCreatedSchema,
  jobPageSchema,
  liveSchema,
  okSchema,
  openApiSchema,
  operationsSchema,
  orderConflictsSchema,
  orderPageSchema,
  orderResultsSchema,
  readySchema,
  uploadSchema,
} from './answer-schemas.ts'

/** The bodies that are the same in every deployment, under the names that the description gives them. */
export const COMPONENTS = {
  JobView: jobViewSchema,
  JobCreated: jobCreatedSchema,
  JobPage: jobPageSchema,
  JobCancellation: cancelBody,
  QuestionAnswer: answerBody,
  Message: messageSchema,
  Operations: operationsSchema,
  Upload: uploadSchema,
  OrderInput: orderInputSchema,
  OrderBatch: orderBatchSchema,
  OrderResults: orderResultsSchema,
  PendingOrder: pendingOrderSchema,
  OrderPage: orderPageSchema,
  OrderConflicts: orderConflictsSchema,
  Customers: customersSchema,
  DevTokenRequest: devTokenBody,
  DevToken: devTokenSchema,
  OpenApi: openApiSchema,
  Live: liveSchema,
  Ready: readySchema,
  Ok: okSchema,
  Problem: problemSchema,
} satisfies Record<string, z.ZodType>

/** Also the bodies that are of this deployment: its operations, its limits. */
export type ComponentName = keyof typeof COMPONENTS | 'NewJob' | 'Limits'
