/**
 * Text from a trace, made safe to show: control characters and characters that reorder or hide text are shown by their code instead of
 * doing what they do. The same as server/reporters/visibleText.ts, which this layer must not import.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\t', '  ').replace(unsafe, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
