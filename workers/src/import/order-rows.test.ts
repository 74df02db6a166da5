import { describe, expect, it } from 'vitest'
import { readOrders, type ReadOrder } from './order-rows.ts'

const HEADER = 'order,customerId,customerName,currency,sku,description,quantity,unitPrice,note'

/** As a file comes: piece by piece. */
async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7)
}

async function read(csv: string, scope = 'ada'): Promise<ReadOrder[]> {
  const orders: ReadOrder[] = []
  for await (const order of readOrders(pieces(csv), scope)) orders.push(order)
  return orders
}

describe('the orders of a file', () => {
  it('are made of the rows below each other that have the same reference', async () => {
    const orders = await read(
      `${HEADER}\nPO-1,C-1,Acme,eur,A,Bolts,2,12.50,\nPO-1,C-1,Acme,EUR,B,"Nuts, small",1,0.07,\nPO-2,C-2,Nuts Ltd,JPY,C,,3,120,soon\n`,
    )
    expect(orders.map(({ faults }) => faults)).toEqual([[], []])
    expect(orders.map(({ order }) => order)).toMatchObject([
      {
        customerId: 'C-1',
        currency: 'EUR',
        lines: [
          { sku: 'A', description: 'Bolts', quantity: 2, unitPrice: 1250 },
          { sku: 'B', description: 'Nuts, small', quantity: 1, unitPrice: 7 },
        ],
      },
      { currency: 'JPY', note: 'soon', lines: [{ quantity: 3, unitPrice: 120 }] },
    ])
  })

  it('have the same id whenever the file is read, and another one for another user', async () => {
    const csv = `${HEADER}\nPO-1,C-1,Acme,EUR,A,,1,1,\n,C-1,Acme,EUR,A,,1,1,\n,C-1,Acme,EUR,A,,1,1,\n`
    const ids = (await read(csv)).map(({ order }) => order.id)
    expect(new Set(ids).size).toBe(3)
    expect((await read(csv)).map(({ order }) => order.id)).toEqual(ids)
    expect((await read(csv, 'bob')).map(({ order }) => order.id)).not.toContain(ids[0])
  })

  it('may be separated by semicolons, and begin with a byte-order mark', async () => {
    const csv = `\uFEFF${HEADER.replaceAll(',', ';')}\r\nPO-1;C-1;Acme;EUR;A;;1;12,50;\r\n`
    expect((await read(csv))[0]?.order.lines[0]?.unitPrice).toBe(1250)
  })

  it.each([
    ['sep=;\r\n', ';'],
    ['\uFEFFsep=;\n', ';'],
    ['"sep=|"\n', '|'],
    ['SEP=\t\n', '\t'],
    // Against what the header looks like.
    ['sep=,\n', ','],
  ])('may be separated by what the line %j says, which is none of their rows', async (line, separator) => {
    const columns = `${HEADER},a;b;c;d;e;f;g;h;i;j`.split(',').join(separator)
    const rows = ['PO-1,C-1,Acme,EUR,A,,1,1', 'PO-2,C-1,Acme,EUR,A,,one,1'].map((row) =>
      row.split(',').join(separator),
    )
    const lineBreak = line.endsWith('\r\n') ? '\r\n' : '\n'
    const orders = await read(line + [columns, ...rows].join(lineBreak))
    expect(orders.map(({ order }) => order.customerId)).toEqual(['C-1', 'C-1'])
    // As an editor counts them.
    expect(orders.flatMap(({ faults }) => faults.map((fault) => fault.line))).toEqual([4])
  })

  it('may have quotes within their text, where those mean inches', async () => {
    const orders = await read(
      `${HEADER}\nPO-1,C-1,Acme "North" Ltd,EUR,A,Bolt 1/4" x 2,1,1,\nPO-2,C-1,Acme,EUR,B,"Nut, 3/8""",1,1,\n`,
    )
    expect(orders.map(({ order, faults }) => [order.lines[0]?.description, faults])).toEqual([
      ['Bolt 1/4" x 2', []],
      ['Nut, 3/8"', []],
    ])
    expect(orders[0]?.order.customerName).toBe('Acme "North" Ltd')
  })

  it('say of each row what is wrong with it, by its line', async () => {
    const [order] = await read(`${HEADER}\nPO-1,C-1,Acme,EUR,A,,two,1.005,\nPO-1,C-1,Acme Inc,EUR,,,1,1,\n`)
    expect(order?.faults.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'quantity: "two" is not a whole number'],
      [2, 'unitPrice: "1.005" is not a price in EUR, like 12.50'],
      [3, "customerName: differs from that of the order's first row"],
    ])
    const [empty] = await read(`${HEADER}\nPO-1,C-1,Acme,XXQ,,,1,1,\n`)
    expect(empty?.faults.map(({ reason }) => reason)).toEqual([
      'currency: must be a currency code of ISO 4217, like EUR',
      'sku: must not be empty',
    ])
  })
})

it('refuses a file that lacks a column, and names it', async () => {
  await expect(read('customerId,sku\nC-1,A\n')).rejects.toThrow(
    'lacks customerName, currency, quantity, unitPrice',
  )
  await expect(read(`${HEADER}\nPO-1,"C-1`)).rejects.toMatchObject({ code: 'bad_request' })
})

it('refuses a file without a row below the first, as one is whose line breaks were lost', async () => {
  for (const file of [`${HEADER}\n`, `${HEADER}PO-1,C-1,Acme,EUR,A,,1,1,`]) {
    await expect(read(file)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('none below it') as string,
    })
  }
})

it('refuses a file of empty lines, and one that names a column twice', async () => {
  await expect(read(' \n\n')).rejects.toThrow('lacks customerId')
  const twice = HEADER.replace('note', 'unitPrice')
  await expect(read(`${twice}\nPO-1,C-1,Acme,EUR,A,,1,1,2\n`)).rejects.toThrow('names unitPrice twice')
})
