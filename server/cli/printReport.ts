import { appendFile, writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { Report } from '#analysis/report.ts';
import { documentedRules } from '#analysis/rulePage.ts';
import { rules } from '#analysis/rules/index.ts';
import { github, githubSummary } from '#reporters/github.ts';
import { json } from '#reporters/json.ts';
import { sarif } from '#reporters/sarif.ts';
import { stylish } from '#reporters/stylish.ts';
import { UserError } from '#workspace/userError.ts';
import type { LintEnvironment, LintOptions } from './lintOptions.ts';
import { writeAll } from './output.ts';

/** Writes a report in its format to the standard output or a file. @throws UserError when it cannot be written */
export async function printReport(report: Report, options: LintOptions, environment: LintEnvironment): Promise<void> {
  const text = render(report, options, environment);
  if (options.outputFile === undefined) await writeAll(process.stdout, text);
  else await writeReport(options.outputFile, text);
  const summaryFile = process.env['GITHUB_STEP_SUMMARY'];
  if (options.format === 'github' && summaryFile !== undefined && summaryFile !== '')
    await appendSummary(summaryFile, githubSummary(report));
}

function render(report: Report, options: LintOptions, { version }: LintEnvironment): string {
  switch (options.format) {
    case 'stylish':
      return stylish(report, {
        style: options.outputFile === undefined ? styleText : (_, text) => text,
        withCode: true,
      });
    case 'json':
      return json(report);
    case 'sarif':
      return sarif(report, { version, rules: documentedRules(rules), category: options.category });
    case 'github':
      return github(report);
    default:
      return options.format satisfies never;
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(`The report could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The table is an extra: without it the report still stands in the log. */
async function appendSummary(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    process.stderr.write(
      `rubato: the summary could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}
