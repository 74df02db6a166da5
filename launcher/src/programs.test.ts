import { expect, it, onTestFinished, vi } from 'vitest'
import { parseLauncherConfig } from './config.ts'
import { programEnvironment } from './programs.ts'

function environmentWith(given: Record<string, string>, jwtSecret: string | undefined) {
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const services = { databaseUrl: 'postgres://db/headway', redisUrl: 'redis://cache', jwtSecret }
  return programEnvironment(parseLauncherConfig(given, false), services)
}

it('leaves one’s own JWT_SECRET in place', () => {
  expect(environmentWith({ JWT_SECRET: 'mine' }, undefined)['JWT_SECRET']).toBe('mine')
})

it('hands on the secret that was made where none was given', () => {
  expect(environmentWith({ JWT_SECRET: '' }, 'made')['JWT_SECRET']).toBe('made')
})
