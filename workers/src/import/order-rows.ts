import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { JOB_ID_PATTERN, ORDER_LIMITS, readPrice, type OrderInput } from '@headway/events'
import { orderInputSchema } from '@headway/events/schemas'
import { parse, type CsvError } from 'csv-parse'
import { FinalError } from '../errors.ts'

/** The columns of the file: one row for each line of an order, the rows of an order below each other. */
export const COLUMNS = [
  'order',
  'customerId',
  'customerName',
  'currency',
  'sku',
  'description',
  'quantity',
  'unitPrice',
  'note',
] as const

const REQUIRED = ['customerId', 'customerName', 'currency', 'sku', 'quantity', 'unitPrice'] as const

type Row = Partial<Record<(typeof COLUMNS)[number], string>>

/** Longest row, in bytes: a file with a longer one is none of ours. */
const ROW_MAX_BYTES = 262_144
/** Of the file's beginning, what is looked at to find out what separates its columns, in characters. */
const HEADER_MAX_LENGTH = 16_384

/** The line with which a file tells a spreadsheet what separates its columns. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=([^"\r\n])"?\r?\n/i

/** A row that was not imported, and why. */
export interface BadRow {
  line: number
  reason: string
  fields: Record<string, string>
}

/** One order of the file, with what is wrong with it. */
export interface ReadOrder {
  order: OrderInput
  /** Its rows, as far as an order may have them. */
  rows: { line: number; fields: Row }[]
  rowCount: number
  /** Empty for an order that may be stored. */
  faults: BadRow[]
  /** How much of the file was read with it, in bytes. */
  bytes: number
}

/** More likely than a file without an order is one whose rows were joined on their way. */
const NO_ROWS =
  'The file has a row that names the columns, and none below it. Sent with curl it needs --data-binary, which keeps the line breaks.'

/**
 * Reads orders out of CSV text, one at a time, without ever holding all of it. An order without a reference is a row of its own; the id of one with a reference
 * is made from it, so that the same file never makes an order twice.
 *
 * @param scope what references are unique in: the user
 * @throws FinalError for a file that is no CSV, lacks a column, names one twice or has no row below; what the text throws
 */
export async function* readOrders(text: AsyncIterable<string>, scope: string): AsyncGenerator<ReadOrder> {
  const pieces = text[Symbol.asyncIterator]()
  const start = await readStart(pieces)
  const [separatorLine, separator] = SEPARATOR_LINE.exec(start) ?? []
  let header: string[] = []
  const parser = parse({
    bom: true,
    columns: (names: string[]) => (header = checkHeader(names)),
    delimiter: separator ?? delimiterOf(start),
    // It is no row, but counts as a line.
    from_line: separatorLine === undefined ? 1 : 2,
    info: true,
    max_record_size: ROW_MAX_BYTES,
    relax_column_count: true,
    // Inches in a description are no reason to give up the file.
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  })
  // It fails, and is given up, together with the parser.
  pipeline(Readable.from(from(start, pieces)), parser).catch(() => undefined)
  let open: ReadOrder | undefined
  let reference: string | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      const belongsToOpen = record.order !== undefined && record.order !== '' && record.order === reference
      if (!belongsToOpen) {
        if (open) yield finish(open)
        open = begin(record, { scope, line: info.lines })
        reference = record.order
      }
      if (open) addRow(open, record, info)
    }
  } catch (error) {
    throw error instanceof FinalError ? error : notCsv(error as CsvError)
  }
  // A file of empty lines has had none to be checked.
  if (header.length === 0) checkHeader(header)
  if (!open) throw new FinalError(NO_ROWS, { code: 'bad_request' })
  yield finish(open)
}

interface ParsedRow {
  record: Row
  info: { lines: number; bytes: number }
}

/** The text up to its first line break at least, if there is one. */
async function readStart(pieces: AsyncIterator<string>): Promise<string> {
  let start = ''
  while (!start.includes('\n') && start.length < HEADER_MAX_LENGTH) {
    const { done, value } = await pieces.next()
    if (done) break
    start += value
  }
  return start
}

async function* from(start: string, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield start
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
  } finally {
    await pieces.return?.()
  }
}

/** Files of spreadsheets in countries with a decimal comma are separated by semicolons. */
function delimiterOf(csv: string): string {
  const [header = ''] = csv.split('\n', 1)
  const counts = [',', ';', '\t'].map((delimiter) => [header.split(delimiter).length, delimiter] as const)
  return counts.toSorted(([a], [b]) => b - a)[0]?.[1] ?? ','
}

function checkHeader(header: string[]): string[] {
  const missing = REQUIRED.filter((name) => !header.includes(name))
  const repeated = COLUMNS.filter((name) => header.indexOf(name) !== header.lastIndexOf(name))
  if (missing.length === 0 && repeated.length === 0) return header
  const fault = missing.length > 0 ? `lacks ${missing.join(', ')}` : `names ${repeated.join(', ')} twice`
  throw new FinalError(`The first row names the columns, and ${fault}. Columns: ${COLUMNS.join(', ')}.`, {
    code: 'bad_request',
  })
}

function begin(row: Row, { scope, line }: { scope: string; line: number }): ReadOrder {
  const { order: reference = '', customerId = '', customerName = '', currency = '', note = '' } = row
  const isId = JOB_ID_PATTERN.test(reference.toLowerCase())
  const order: OrderInput = {
    id: isId
      ? reference.toLowerCase()
      : idOf(`${scope}\n${reference === '' ? JSON.stringify([line, row]) : reference}`),
    customerId,
    customerName,
    currency: currency.toUpperCase(),
    lines: [],
    ...(note !== '' && { note }),
  }
  return { order, rows: [], rowCount: 0, faults: [], bytes: 0 }
}

function addRow(read: ReadOrder, row: Row, { lines: line, bytes }: ParsedRow['info']): void {
  const { order } = read
  read.rowCount += 1
  read.bytes = bytes
  // One too many is enough to refuse it by.
  if (order.lines.length > ORDER_LIMITS.maxLines) return
  const fault = (reason: string) => read.faults.push({ line, reason, fields: row })
  const { sku = '', description = '', quantity = '', unitPrice = '' } = row
  const price = readPrice(unitPrice, order.currency)
  if (!/^\d{1,9}$/.test(quantity)) fault(`quantity: "${quantity}" is not a whole number`)
  if (price === undefined) fault(`unitPrice: "${unitPrice}" is not a price in ${order.currency}, like 12.50`)
  for (const name of ['customerId', 'customerName', 'currency'] as const) {
    const given = name === 'currency' ? row.currency?.toUpperCase() : row[name]
    if (given !== order[name]) fault(`${name}: differs from that of the order's first row`)
  }
  order.lines.push({ sku, description, quantity: Number(quantity) || 0, unitPrice: price ?? 0 })
  read.rows.push({ line, fields: row })
}

/** What no single row can tell: lengths, amounts, the number of lines. */
function finish(read: ReadOrder): ReadOrder {
  if (read.faults.length > 0) return read
  const parsed = orderInputSchema.safeParse(read.order)
  if (parsed.success) return read
  for (const { path, message } of parsed.error.issues) {
    const index = path[0] === 'lines' && typeof path[1] === 'number' ? path[1] : 0
    const row = read.rows[index] ?? read.rows[0]
    const column = String(path.at(-1) ?? 'order')
    read.faults.push({
      line: row?.line ?? 0,
      reason: `${column}: ${message}`,
      fields: row?.fields ?? {},
    })
  }
  return read
}

/** A UUID (version 8, of RFC 9562) that is the same for the same text. */
function idOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function notCsv(error: CsvError): FinalError {
  return new FinalError(`The file can't be read as CSV: ${error.message}`, {
    code: 'bad_request',
    cause: error,
  })
}
