import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MALFORMED } from './malformed.ts'
import { nginxConfig } from './nginx-config.ts'
import { UNAVAILABLE } from './unavailable.ts'

const settings = {
  port: 3_000,
  host: undefined,
  instancePorts: [4_001, 4_002],
  folder: '/data/a "b"',
  hasIpv6: true,
}

function listens(options: object): string[] {
  return [...nginxConfig({ ...settings, ...options }).matchAll(/^ +listen (.*);$/gm)].map(([, at = '']) => at)
}

it('listens where Node would', () => {
  expect(listens({})).toEqual(['3000', '[::]:3000'])
  expect(listens({ hasIpv6: false })).toEqual(['3000'])
  expect(listens({ host: '127.0.0.1' })).toEqual(['"127.0.0.1:3000"'])
  expect(listens({ host: '::1' })).toEqual(['"[::1]:3000"'])
})

it('writes nowhere but into its folder, whatever that is called', () => {
  const paths = [...nginxConfig(settings).matchAll(/(?:pid|_path) (.*);/g)].map(([, path = '']) => path)
  expect(paths).toHaveLength(6)
  for (const path of paths) expect(path).toMatch(/^"\/data\/a \\"b\\"\/[\w./]+"$/)
})

it('refuses in the words of its sister for production', () => {
  const sister = readFileSync(new URL('../../../deploy/nginx.conf', import.meta.url), 'utf8')
  for (const config of [nginxConfig(settings), sister]) {
    for (const { status, body } of [UNAVAILABLE, MALFORMED])
      expect(config).toContain(`return ${status} '${body}';`)
    expect(config).toContain('error_page 502 504 = @unavailable;')
    expect(config).toContain('error_page 400 414 494 = /.malformed;')
  }
})
