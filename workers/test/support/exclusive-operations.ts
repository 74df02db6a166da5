import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineOperation, type Operation } from '../../src/define-operation.ts'
import { Deployment } from './deployment.ts'

const INPUT = z.object({
  steps: z.int().default(1),
  stepMs: z.int().default(20),
  /** Goes on in its step although it was told to stop. */
  isStubborn: z.boolean().default(false),
})

export interface ExclusiveOperations {
  operations: Operation[]
  /** What ran although another one of the user did. */
  overlaps: string[]
  /** `<job> <step>`, of each run of a step. */
  stepRuns: string[]
}

/** Exclusive work that writes down when it is at work: `calm`, and `urgent`, which takes its place. */
export function exclusiveOperations(): ExclusiveOperations {
  const running = new Map<string, string>()
  const overlaps: string[] = []
  const stepRuns: string[] = []
  const define = (type: string, priority: number): Operation =>
    defineOperation({
      type,
      description: 'Exclusive work.',
      input: INPUT,
      timeoutMs: 60_000,
      exclusive: true,
      priority,
      async run(ctx) {
        const { steps, stepMs, isStubborn } = ctx.input
        const other = running.get(ctx.userId)
        if (other !== undefined) overlaps.push(`${ctx.jobId} while ${other} runs`)
        if (!isStubborn) running.set(ctx.userId, ctx.jobId)
        try {
          for (let number = 1; number <= steps; number += 1) {
            await ctx.step(`step-${number}`, async () => {
              await delay(stepMs, undefined, isStubborn ? {} : { signal: ctx.signal })
              stepRuns.push(`${ctx.jobId} ${number}`)
            })
          }
        } finally {
          if (!isStubborn) running.delete(ctx.userId)
        }
        return null
      },
    })
  return { operations: [define('calm', 0), define('urgent', 10)], overlaps, stepRuns }
}

/** A deployment that is closed when the test has finished. */
export async function openDeployment(options?: Parameters<typeof Deployment.open>[0]): Promise<Deployment> {
  const deployment = await Deployment.open(options)
  onTestFinished(() => deployment.close())
  return deployment
}
