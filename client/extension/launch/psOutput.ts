/** A place in the text that `rubato ps` prints. */
export interface PlaceInText {
  /** As it stands there: absolute, or relative to the folder that the command ran in. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where it stands in the text, code units. */
  readonly start: number;
  readonly end: number;
}

/** All places `file:line:column` of the text. Those of Node itself have no file and are left out. */
export function placesIn(text: string): readonly PlaceInText[] {
  return Array.from(
    text.matchAll(/(?<= {2})(?! )((?:(?! {2})[^\n])+?\.[cm]?[jt]sx?):(\d+):(\d+)(?=\s|$)/gm),
    (match) => {
      const [whole, file = '', line, column] = match;
      return { file, line: Number(line), column: Number(column), start: match.index, end: match.index + whole.length };
    },
  ).filter(({ file }) => !file.startsWith('node:'));
}

/** The question that `rubato ps` refuses to answer itself: seconds that the process would stand still; `undefined`: it is another message. */
export function askedSeconds(message: string): number | undefined {
  const [, seconds] = /about ([\d.]+) s: say --yes/.exec(message) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
