import { expect, it } from 'vitest'
import { erpProgram } from './erp-program.ts'

const embedded = { isEmbedded: true, dataDir: '/data' }

it('runs beside an embedded Headway, which is told where', async () => {
  const { programs, env } = await erpProgram({ PATH: '/bin', JWT_SECRET: 'secret' }, embedded)
  expect(programs).toHaveLength(1)
  expect(env['ERP_URL']).toBe(`http://127.0.0.1:${programs[0]?.env['ERP_PORT']}`)
  expect(programs[0]?.env).toMatchObject({ ERP_FILE: '/data/erp.json', PATH: '/bin' })
  expect(programs[0]?.env).not.toHaveProperty('JWT_SECRET')
})

it('stays away where another ERP is named, and in production', async () => {
  const none = { programs: [], env: {} }
  expect(await erpProgram({ ERP_URL: 'https://erp.example.com' }, embedded)).toEqual(none)
  expect(await erpProgram({}, { ...embedded, isEmbedded: false })).toEqual(none)
})
