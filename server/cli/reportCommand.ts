import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { Style } from '#reporters/stylish.ts';
import { exporters } from '#runs/exporters.ts';
import { openTrace } from '#runs/openTrace.ts';
import { resolverOf } from '#runs/resolvePlaces.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { writeAll } from './output.ts';
import { comparison, comparisonText } from './report/comparison.ts';
import { reportData, type ReportSource } from './report/reportData.ts';
import type { ReportOptions } from './report/reportOptions.ts';
import { textReport, type TextOptions } from './report/textReport.ts';

/**
 * Shows what a recorded run did. `version`: Rubato's.
 * @throws UserError when there is no such trace, or the report cannot be written
 */
export async function reportCommand(
  trace: string | undefined,
  options: ReportOptions,
  version: string,
): Promise<ExitCode> {
  const source = await sourceOf(trace);
  if (options.compare !== undefined) return write(await compare(source, options, options.compare), options);
  if (options.format === 'text') return write(textReport(reportData(source), textOptions(options)), options);
  if (options.format === 'json') return write(json(reportData(source)), options);
  return write(await exported(source, options.format, version), options);
}

async function sourceOf(trace: string | undefined): Promise<ReportSource> {
  const { model, root, manifest, command } = await openTrace(trace, process.cwd());
  return { model, manifest, command, resolve: await resolverOf(model, root) };
}

async function compare(after: ReportSource, options: ReportOptions, other: string): Promise<string> {
  const compared = comparison(await sourceOf(other), after);
  if (options.format === 'json') return json(compared);
  if (options.format === 'text') return comparisonText(compared, textOptions(options));
  throw new UserError(`Two runs are compared as text or json, not ${options.format}`);
}

async function exported(source: ReportSource, format: string, version: string): Promise<Uint8Array> {
  const load = exporters[format];
  if (load === undefined) throw new UserError(`There is no format ${format}`);
  const { content, notes } = (await load())(source.model, { ...source, version });
  for (const note of notes) process.stderr.write(`rubato: ${note}\n`);
  return content;
}

function json(data: unknown): string {
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

const plain: Style = (_, text) => text;
const width = 120;

/** Colors where a terminal shows them; logs get as many columns as most terminals have. */
function textOptions({ top, outputFile }: ReportOptions): TextOptions {
  const isStyled = outputFile === undefined;
  return { style: isStyled ? styleText : plain, width: Math.min(width, process.stdout.columns ?? width), top };
}

async function write(content: string | Uint8Array, { outputFile }: ReportOptions): Promise<ExitCode> {
  if (outputFile === undefined) await writeAll(process.stdout, content);
  else await writeFile(outputFile, content).catch(cannotWrite);
  return exitCodes.ok;
}

function cannotWrite(error: unknown): never {
  throw new UserError(`The report could not be written: ${error instanceof Error ? error.message : String(error)}`);
}
