/**
 * The uploads that an input names: its fields that the operation's JSON Schema marks with `format: "upload"`. The input has been
 * checked by that schema.
 */
export function uploadsOfInput(
  schema: Record<string, unknown>,
  input: Record<string, unknown>,
): { field: string; uploadId: string }[] {
  const { properties = {} } = schema as { properties?: Record<string, { format?: string } | boolean> }
  return Object.entries(properties).flatMap(([field, property]) => {
    const value = input[field]
    const isUpload = typeof property === 'object' && property.format === 'upload'
    return isUpload && typeof value === 'string' ? [{ field, uploadId: value }] : []
  })
}
