/**
 * Wrong use by a person: settings, arguments, a missing file. The message says what happened, where, and what to do; it is shown
 * without a stack. Everything else that is thrown is a bug of ours.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
