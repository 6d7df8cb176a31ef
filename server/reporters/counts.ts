import type { Severity } from '#analysis/finding.ts';
import type { Report } from '#analysis/report.ts';

/** Severities from loud to quiet. */
export const severities: readonly Severity[] = ['error', 'warning', 'hint'];

/** Number of findings by severity. */
export function countBySeverity({ findings }: Pick<Report, 'findings'>): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), hint: count('hint') };
}

/** `1 file`, `2 files`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 findings (1 error, 2 warnings) in 12 files`, or `No findings in 12 files`; says so when the run was interrupted. */
export function summarize(report: Report): string {
  const counts = countBySeverity(report);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => plural(counts[severity], severity));
  const total = report.findings.length;
  const found = total === 0 ? 'No findings' : `${plural(total, 'finding')} (${parts.join(', ')})`;
  return `${found} in ${plural(report.fileCount, 'file')}${report.isComplete ? '' : ' (incomplete: interrupted)'}`;
}
