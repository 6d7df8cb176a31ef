/** Where a file offers to be run. Line from 0. */
export interface RunnablePlace {
  readonly kind: 'program' | 'tests';
  readonly line: number;
}

/** Text after this is not looked at: imports stand at the top. Code units. */
const lookedAt = 20_000;

const importsTests =
  /^\s*import\b[^;'"]*['"]node:test['"]|\brequire\(\s*['"]node:test['"]\s*\)|^\}\s*from\s*['"]node:test['"]/m;
const firstTest = /^[ \t]*(?:await\s+|void\s+)?(?:test|it|describe|suite)\b(?:\.\w+)?\s*\(/m;

/**
 * The one place of a file where running it is worth a line: above its first test, or at its top when it is made to be started (it has a
 * shebang, or its package names it). Other files are modules for all that anybody knows.
 */
export function runnablePlace(text: string, isProgram: boolean): RunnablePlace | undefined {
  const head = text.slice(0, lookedAt);
  if (hasTests(head)) return { kind: 'tests', line: lineOf(head, firstTest.exec(head)) };
  return isProgram || head.startsWith('#!') ? { kind: 'program', line: 0 } : undefined;
}

/** Whether the file holds tests of Node's own test runner. */
export function hasTests(text: string): boolean {
  return importsTests.test(text.slice(0, lookedAt));
}

function lineOf(text: string, match: RegExpExecArray | null): number {
  if (match === null) return 0;
  return text.slice(0, match.index).split('\n').length - 1;
}

/** Whether `main` or `bin` of a package mean this file. Both as paths relative to the package, forward slashes. */
export function isProgramOf(programs: readonly string[], file: string): boolean {
  return programs.some((program) => {
    const named = program.replace(/^\.\//, '');
    return named === file || `${named}.js` === file || `${named}/index.js` === file;
  });
}
