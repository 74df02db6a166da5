import { expect, it } from 'vitest'
import { withIds } from './call-ids.ts'

function callsWith(...ids: string[]) {
  return ids.map((id) => ({ id, name: 'sum_orders', arguments: '{}' }))
}

it('keeps the ids of an endpoint that tells its calls apart', () => {
  expect(withIds(callsWith('a', 'b'), 1)).toEqual(callsWith('a', 'b'))
  expect(withIds([], 1)).toEqual([])
})

it.each([
  ['are left out', ['', '']],
  ['are given twice', ['a', 'a']],
  ['are left out in part', ['a', '']],
])('gives others where ids %s, the same ones each time', (_what, ids) => {
  expect(withIds(callsWith(...ids), 2)).toEqual(callsWith('r002c0001', 'r002c0002'))
})
