/** Something that Headway needs can't be had on this machine. The message says what, and what to type. */
export class SetupError extends Error {
  name = 'SetupError'

  /**
   * @param {string} message
   * @param {string} [output] the last lines of the command that failed
   */
  constructor(message, output = '') {
    super(message)
    this.output = output
  }
}
