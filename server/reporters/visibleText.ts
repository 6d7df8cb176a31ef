/**
 * Text from a program under analysis, made safe to print: control characters (colors, cursor moves, line breaks) and characters that
 * reorder or hide text are shown by their code instead of doing what they do. Tabs become spaces. The result is one line.
 * The second group is that of https://trojansource.codes and the invisible ones beside it.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\t', '  ').replace(unsafe, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
