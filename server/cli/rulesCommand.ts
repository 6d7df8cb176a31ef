import { compareText } from '#analysis/finding.ts';
import type { Rule } from '#analysis/rule.ts';
import { rules } from '#analysis/rules/index.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { writeAll } from './output.ts';

/** Lists all rules, sorted by id. */
export async function rulesCommand({ format }: { readonly format: 'text' | 'json' }): Promise<ExitCode> {
  const sorted = rules.toSorted((a, b) => compareText(a.id, b.id));
  await writeAll(process.stdout, format === 'json' ? listJson(sorted) : listText(sorted));
  return exitCodes.ok;
}

function listJson(sorted: readonly Rule[]): string {
  const list = sorted.map(({ id, severity, summary, rationale, hint, options = {}, limits }) => {
    return { id, severity, summary, rationale, hint, options, limits };
  });
  return `${JSON.stringify({ version: 1, rules: list }, undefined, 2)}\n`;
}

function listText(sorted: readonly Rule[]): string {
  const width = Math.max(...sorted.map(({ id }) => id.length));
  const lines = sorted.map(({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}`);
  return `${lines.join('\n')}\n`;
}
