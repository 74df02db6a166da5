/** The parts of the API, in the order in which they are described. */
export const TAGS = {
  Jobs: 'Work that is started once and goes on, whoever is connected.',
  Operations: 'The kinds of work that this deployment runs.',
  Uploads: 'Files for jobs.',
  'Pending orders': 'Orders that wait for the ERP, the same on every device of their user.',
  Deployment: 'What this deployment allows, how it is, and how it describes itself.',
} as const

export type Tag = keyof typeof TAGS
