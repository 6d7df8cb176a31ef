import type { Severity } from '#analysis/finding.ts';
import type { LocatedFinding, LocatedProblem, Report } from '#analysis/report.ts';
import { countBySeverity, severities, summarize } from './counts.ts';
import { evidenceLine, evidenceSummary } from './evidenceText.ts';
import { visibleText } from './visibleText.ts';

/** GitHub shows ten annotations of each level per step and drops the rest without a word. */
const shownPerLevel = 10;

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'notice' };

/**
 * Workflow commands for GitHub Actions: the first ten findings of each level become annotations in the pull request, and the last line tells
 * how many there are. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function github(report: Report): string {
  const findings = severities.flatMap((severity) =>
    report.findings
      .filter((finding) => finding.severity === severity)
      .slice(0, shownPerLevel)
      .map((finding) => annotation(finding, report)),
  );
  const left = report.findings.length - findings.length;
  const rest =
    left === 0 ? '' : `; ${left} of them are not annotated, because GitHub shows ${shownPerLevel} of each level`;
  const problems = report.problems.map(problemLine);
  const evidence = evidenceSummary(report).map((line) => data(line));
  return [...findings, ...problems, ...evidence, `Rubato: ${summarize(report)}${rest}`, ''].join('\n');
}

/** A Markdown table of all findings, for `$GITHUB_STEP_SUMMARY`; at most 200 rows, since GitHub takes 1 MiB. */
export function githubSummary(report: Report): string {
  const rows = severities
    .flatMap((severity) => report.findings.filter((finding) => finding.severity === severity))
    .slice(0, 200);
  const counts = countBySeverity(report);
  const heading = `### Rubato: ${counts.error + counts.warning + counts.hint === 0 ? 'nothing found' : summarize(report)}`;
  if (rows.length === 0) return `${heading}\n`;
  const left = report.findings.length - rows.length;
  const evidence = evidenceSummary(report).map((line) => cell(line));
  const isJoined = evidence.length > 0;
  return [
    heading,
    '',
    ...evidence.flatMap((line) => [line, '']),
    `| Severity | Place | Finding | Rule |${isJoined ? ' Evidence |' : ''}`,
    `| --- | --- | --- | --- |${isJoined ? ' --- |' : ''}`,
    ...rows.map((finding) => row(finding, report)),
    ...(left === 0 ? [] : ['', `… and ${left} more`]),
    '',
  ].join('\n');
}

function annotation(finding: LocatedFinding, report: Report): string {
  const { file, start, end, ruleId, message, hint } = finding;
  // GitHub shows no columns for places over several lines.
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  const properties = { file, line: start.line, endLine: end.line, ...columns, title: `Rubato: ${ruleId}` };
  const path = finding.path
    .map((step) => `\n→ ${visibleText(step.label)} (${visibleText(step.file)}:${step.start.line})`)
    .join('');
  const evidence = finding.evidence === undefined ? '' : `\n${evidenceLine(finding.evidence, report)}`;
  return command(
    levels[finding.severity],
    properties,
    `${visibleText(message)}${evidence}${path}\n${visibleText(hint)}`,
  );
}

function problemLine({ file, message, kind }: LocatedProblem): string {
  const properties = { ...(file === undefined ? {} : { file }), title: 'Rubato' };
  return kind === 'internal'
    ? command('error', properties, visibleText(message))
    : `note: ${data(visibleText(file === undefined ? message : `${file}: ${message}`))}`;
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(visibleText(String(value)))}`);
  return `::${name} ${list.join(',')}::${data(message)}`;
}

/** Escapes as the runner reads them: actions/toolkit, packages/core/src/command.ts. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function row({ severity, file, start, message, ruleId, evidence }: LocatedFinding, report: Report): string {
  const shown = evidence === undefined ? '' : cell(evidenceLine(evidence, report));
  const last = report.evidence === undefined ? '' : ` ${shown} |`;
  return `| ${severity} | ${cell(`${file}:${start.line}`)} | ${cell(message)} | ${cell(ruleId)} |${last}`;
}

/** Names that our messages put between backticks stay code; everything else that Markdown or HTML would read is escaped. */
function cell(text: string): string {
  const line = visibleText(text);
  if (line.includes('``')) return escaped(line);
  const parts = line.split(/(`[^`]*`)/);
  return parts
    .map((part) => (part.length > 1 && part.startsWith('`') ? part.replaceAll('|', '\\|') : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\|<>[\]*_~#!&@`]/g, (char) =>
    /[<>&@]/.test(char) ? `&#${char.charCodeAt(0)};` : `\\${char}`,
  );
}
