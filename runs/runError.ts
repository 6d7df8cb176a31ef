/**
 * What a person can do something about: no trace where one was asked for, a folder that cannot be written. The message is a sentence
 * that says what, where, and what to do. Everything else that is thrown is a bug of ours.
 */
export class RunError extends Error {
  override readonly name = 'RunError';
}
