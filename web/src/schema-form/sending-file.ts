/** What a field holds while its file is on its way: no id of an upload looks like it. */
export const SENDING_FILE = '(sending)'
