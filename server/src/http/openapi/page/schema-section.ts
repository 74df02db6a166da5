import { isObject, type JsonSchema } from '../json-schema-of.ts'
import { html, type Html, type HtmlPart } from './html.ts'
import { prose, words } from './prose.ts'
import { anchorOf, schemaRules, schemaType } from './schema-type.ts'

/** Below that a member says what it is, and not what its members are. */
const MAX_DEPTH = 4

/** A schema with a name, and everything that it holds. */
export function schemaSection(name: string, schema: JsonSchema): Html {
  const { description, title } = schema
  const heading = typeof title === 'string' ? title : undefined
  return html`<section class="schema" id="${anchorOf(name)}" aria-labelledby="${anchorOf(name)}-name">
    <h3 id="${anchorOf(name)}-name">
      ${name}${heading === undefined || name.endsWith(heading) ? undefined : html` <small>${heading}</small>`}
    </h3>
    ${prose(typeof description === 'string' ? description : undefined)}
    ${membersOf(schema, 0) ?? html`<p class="type">${schemaType(schema)}</p>`}
  </section>`
}

/** The members of an object, or of those in a list; undefined where there are none to name. */
function membersOf(schema: unknown, depth: number): HtmlPart {
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined
  const { properties, required, items, anyOf } = schema
  if (isObject(properties) && Object.keys(properties).length > 0) {
    const needed = Array.isArray(required) ? required : []
    const members = Object.entries(properties).map(([name, member]) =>
      memberLine({ name, member, isRequired: needed.includes(name), depth }),
    )
    return html`<ul class="members">
      ${members}
    </ul>`
  }
  if (items !== undefined) return membersOf(items, depth)
  return Array.isArray(anyOf) ? anyOf.map((branch) => membersOf(branch, depth)).find(Boolean) : undefined
}

interface Member {
  name: string
  member: unknown
  isRequired: boolean
  depth: number
}

function memberLine({ name, member, isRequired, depth }: Member): Html {
  const schema = isObject(member) ? member : {}
  const { description } = schema
  return html`<li>
    <code>${name}</code> <span class="type">${schemaType(schema)}</span>
    ${isRequired ? undefined : html`<span class="optional">optional</span>`}
    <span class="rules">${schemaRules(schema)}</span>
    ${typeof description === 'string' ? html`<span class="about">${words(description)}</span>` : undefined}
    ${membersOf(schema, depth + 1)}
  </li>`
}
