/**
 * A line for the command interpreter of Windows that means these words and nothing else. Between double quotes all is text to it but the
 * `%name%` of a variable, which cannot be written otherwise; a double quote is written twice, and backslashes before one count for the program.
 */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (/^[\w@+=:./\\-]+$/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&')}"`;
}
