import { describe, expect, it } from 'vitest'
import { UrlGuard } from './url-guard.ts'

const records: Record<string, string[]> = {
  'public.example': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'private.example': ['10.0.0.7'],
  'mixed.example': ['93.184.215.14', '127.0.0.1'],
  'mapped.example': ['::ffff:192.168.1.1'],
  'empty.example': [],
}

function guard(allowPrivateUrls = false): UrlGuard {
  return new UrlGuard({
    allowPrivateUrls,
    resolve: (hostname) => {
      const found = records[hostname]
      if (!found) return Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }))
      return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
    },
  })
}

const refused = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://168.63.129.16/machine?comp=goalstate',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://192.0.2.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fec0::1]/',
  'http://public.example@127.0.0.1/',
  'http://127.0.0.1:6379/',
  'http://①②⑦.⓪.⓪.①/',
  'https://private.example/',
  'https://mixed.example/',
  'https://mapped.example/',
  'https://empty.example/',
  'https://unknown.example/',
  'file:///etc/passwd',
  'ftp://public.example/',
  'view-source:http://public.example/',
  'chrome://version',
  'data:text/html,hello',
  'javascript:alert(1)',
  'about:blank',
  'public.example',
  '//public.example/',
  '',
]

describe('UrlGuard', () => {
  it.each(refused)('refuses %s', async (url) => {
    await expect(guard().check(url)).rejects.toMatchObject({ code: 'url_not_allowed' })
  })

  it.each(['https://public.example/page?q=1', 'http://93.184.215.14:8080/', 'http://[2606:2800:21f::1]/'])(
    'lets %s through with the records that it checked',
    async (url) => {
      const allowed = await guard().check(url)
      expect(allowed.url.href).toBe(new URL(url).href)
      expect(allowed.addresses.length).toBeGreaterThan(0)
    },
  )

  it('says the same of a private name and of one that does not exist', async () => {
    const messages = await Promise.all(
      ['https://private.example', 'https://unknown.example'].map((url) =>
        guard()
          .check(url)
          .catch((error: unknown) => String(error).replace(url, '')),
      ),
    )
    expect(messages[0]).toBe(messages[1])
  })

  it('lets private addresses through where they are allowed, and other schemes never', async () => {
    await expect(guard(true).check('http://127.0.0.1:8080/x')).resolves.toMatchObject({ addresses: [] })
    await expect(guard(true).check('file:///etc/passwd')).rejects.toMatchObject({ code: 'url_not_allowed' })
  })

  it('leaves a lookup that failed for the moment to another attempt', async () => {
    const failing = new UrlGuard({
      allowPrivateUrls: false,
      resolve: () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' })),
    })
    await expect(failing.check('https://public.example')).rejects.toMatchObject({ name: 'RetryableError' })
  })
})
