import type { z } from 'zod'
import { questionParameter } from '../answer-job.ts'
import { artifactIdParameter } from '../job-artifact.ts'
import { jobIdParameter } from '../job-id.ts'
import { orderIdParameter } from '../pending-orders/order-id.ts'

/** What stands in paths, by the name that the routes give it. */
export const PATH_PARAMETERS: Readonly<Record<string, z.ZodType>> = {
  jobId: jobIdParameter,
  artifactId: artifactIdParameter,
  question: questionParameter,
  id: orderIdParameter,
}
