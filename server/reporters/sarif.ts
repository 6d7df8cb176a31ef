import type { FindingEvidence } from '#analysis/evidence/findingEvidence.ts';
import type { Confidence, Severity } from '#analysis/finding.ts';
import type {
  LocatedFinding,
  LocatedFix,
  LocatedProblem,
  LocatedStep,
  Location,
  Report,
  Span,
} from '#analysis/report.ts';
import { evidenceJson } from './evidenceJson.ts';
import { evidenceLine } from './evidenceText.ts';
import { projectUrl, ruleHelp, ruleHelpText, ruleUrl, type DocumentedRule } from '#analysis/rulePage.ts';

export interface SarifOptions {
  /** Version of Rubato. */
  readonly version: string;
  /** All rules, also those without findings; sorted by id. */
  readonly rules: readonly DocumentedRule[];
  /** Tells runs on the same commit apart, for example `rubato/web`. */
  readonly category: string;
}

/**
 * SARIF 2.1.0 as GitHub code scanning reads it
 * (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning):
 * one result per finding with its fingerprint, the call path as a code flow, and fixes.
 * Paths in the report must be relative to the root of the repository.
 */
export function sarif(report: Report, options: SarifOptions): string {
  const indexes = new Map(options.rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driver(options) },
        automationDetails: { id: `${options.category}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'Root of the repository.' } } },
        invocations: [invocation(report)],
        ...(report.evidence === undefined ? {} : { properties: { evidence: report.evidence } }),
        results: report.findings.map((finding) => result(finding, report, indexes.get(finding.ruleId))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  hint: 'recommendation',
};
const ranks: Readonly<Record<Confidence, number>> = { certain: 90, likely: 60, possible: 30 };

function driver({ rules, version }: SarifOptions): object {
  return {
    name: 'Rubato',
    informationUri: projectUrl,
    semanticVersion: version,
    version,
    rules: rules.map(ruleDescriptor),
  };
}

function ruleDescriptor(rule: DocumentedRule): object {
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.summary },
    fullDescription: { text: `${rule.summary} ${rule.rationale}` },
    helpUri: ruleUrl(rule.id),
    help: { text: ruleHelpText(rule), markdown: ruleHelp(rule) },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      precision: 'high',
      'problem.severity': problemSeverities[rule.severity],
      tags: ['async', 'correctness'],
    },
  };
}

function result(finding: LocatedFinding, report: Report, ruleIndex: number | undefined): object {
  const { evidence } = finding;
  const steps = [{ ...finding, label: finding.message }, ...finding.path];
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[finding.severity],
    message: {
      text: `${finding.message}. ${finding.hint}${evidence === undefined ? '' : ` ${sentence(evidence, report)}`}`,
    },
    locations: [{ physicalLocation: withSource(finding) }],
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint },
    rank: isSeen(evidence) ? seenRank : ranks[finding.confidence],
    ...(finding.path.length === 0
      ? {}
      : {
          codeFlows: [{ threadFlows: [{ locations: steps.map((step) => ({ location: labeled(step) })) }] }],
          relatedLocations: finding.path.map((step, index) => ({ id: index + 1, ...labeled(step) })),
        }),
    ...(finding.fixes.length === 0 ? {} : { fixes: finding.fixes.map((fix) => fixObject(finding, fix)) }),
    properties: {
      confidence: finding.confidence,
      ...(evidence === undefined ? {} : { evidence: evidenceJson(evidence) }),
    },
  };
}

/** What happened is certain, and not only possible. */
const seenRank = 100;

function isSeen(evidence: FindingEvidence | undefined): boolean {
  return evidence?.state === 'confirmed' || evidence?.state === 'observed';
}

function sentence(evidence: FindingEvidence, report: Report): string {
  const line = evidenceLine(evidence, report);
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

function labeled(step: LocatedStep): object {
  return { physicalLocation: physical(step), message: { text: step.label } };
}

function physical(location: Location): object {
  return { artifactLocation: artifact(location.file), region: region(location) };
}

/** With the code itself, for those who do not have the file. */
function withSource(finding: LocatedFinding): object {
  const { start, end, sourceLine } = finding;
  const isWhole = start.line === end.line && end.column - 1 <= sourceLine.length;
  const snippet = isWhole ? { snippet: { text: sourceLine.slice(start.column - 1, end.column - 1) } } : {};
  return {
    artifactLocation: artifact(finding.file),
    region: { ...region(finding), ...snippet },
    contextRegion: { startLine: start.line, endLine: end.line, ...(isWhole ? { snippet: { text: sourceLine } } : {}) },
  };
}

/** Names below the root are relative to it; a file outside of it can only be named by where it is. */
function artifact(file: string): object {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') || file.startsWith('../') ? { uri } : { uri, uriBaseId: 'SRCROOT' };
}

function region({ start, end }: Span): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function fixObject({ file }: Location, { title, edits }: LocatedFix): object {
  const replacements = edits.map((edit) => ({
    deletedRegion: region(edit),
    ...(edit.newText === '' ? {} : { insertedContent: { text: edit.newText } }),
  }));
  return { description: { text: title }, artifactChanges: [{ artifactLocation: artifact(file), replacements }] };
}

function invocation(report: Report): object {
  const notifications = report.problems.map(notification);
  return {
    executionSuccessful: report.isComplete && !report.problems.some(({ kind }) => kind === 'internal'),
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function notification({ file, message, kind }: LocatedProblem): object {
  return {
    level: kind === 'internal' ? 'error' : 'note',
    message: { text: message },
    ...(file === undefined ? {} : { locations: [{ physicalLocation: { artifactLocation: artifact(file) } }] }),
  };
}
