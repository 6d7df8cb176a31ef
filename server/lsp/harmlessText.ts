/** Text from evidence, which anybody may have written, for places where an editor would do more with it than show it. */

/** Control characters (line breaks, colors), and characters that hide or reorder others: see https://trojansource.codes. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+/gu;

/** In one line, without characters that do something instead of being shown. */
export function oneLine(text: string): string {
  return text.replace(unsafe, ' ').replaceAll(/ {2,}/g, ' ');
}

/** A code span of Markdown in which nothing is a link or a tag. */
function codeSpan(text: string): string {
  const inner = oneLine(text).replaceAll('`', "'");
  // A blank alone is no span, and one that begins with a blank loses it.
  return inner.trim() === '' ? '' : `\`${inner}\``;
}

/** Prose whose names stand in backticks already: these stay code, and of the rest nothing is markup. */
export function proseWithCode(text: string): string {
  return oneLine(text)
    .split('`')
    .map((part, index) => (index % 2 === 1 ? codeSpan(part) : escaped(part)))
    .join('');
}

/** Markdown as the cell of a table. Backslashes before a bar go: two of them would end the cell for some readers, and not for others. */
export function tableCell(markdown: string): string {
  return markdown.replaceAll(/\\*\|/g, String.raw`\|`);
}

/** What is markup anywhere in a line: emphasis, links, tags, entities, and addresses that become links by themselves. Lines begin with our own words. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~&@]|:(?=\S)|\.(?=[A-Za-z])/g, String.raw`\$&`);
}
