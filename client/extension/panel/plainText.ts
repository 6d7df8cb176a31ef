/** Control characters (line breaks, colors), and characters that hide or reorder others: see https://trojansource.codes. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+/gu;
const longest = 300;

/**
 * Text from a trace for notifications and lists of the editor: one line in which nothing is a link (`[a](command:b)`) or an icon (`$(a)`).
 * At most 300 UTF-16 units.
 */
export function plainText(text: string): string {
  const line = text.replace(unsafe, ' ').replaceAll(/\]\(|\$\(/g, (open) => `${open.charAt(0)} (`);
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
