/**
 * A program whose top-level await never settles ends with status 13, and Node 22 and later print the line of that await, from the compiled text,
 * before anybody hears of `exit`. So when the last listener of `beforeExit` is done and nothing is left to wait for, the same is printed here with
 * the author's line, and the process ends as `process.exit` ends it.
 */
import { writeSync } from 'node:fs';
import { liveTable, ring } from '#protocol/records.ts';
import type { Site } from '#protocol/sites.ts';
import type { HookContext } from '../contracts.ts';
import type { ChangedFiles } from './changedFiles.ts';
import { excerptAt } from './crashExcerpt.ts';
import { mappedPlace, showsSources } from './sourcePlace.ts';

const unsettledStatus = 13;
const stderr = 2;

export function keepUnsettledWarning(ctx: HookContext, files: ChangedFiles): void {
  if (Number.parseInt(process.versions.node, 10) < 22 || !showsWarnings()) return;
  ctx.onProcessEvent('beforeExit', (handled) => {
    // A program that set a status of its own ends with that, without a word.
    if (process.exitCode !== undefined || (handled && isBusy())) return;
    const warnings = waitingModules(ctx).map((site) => warningOf(site, files));
    if (warnings.length === 0 || warnings.includes(undefined)) return;
    writeSync(stderr, warnings.join(''));
    process.exit(unsettledStatus);
  });
}

/** Node asks its flags only, no variable. */
function showsWarnings(): boolean {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  return !flags.includes('--no-warnings');
}

/** Whether a listener started something. The standard streams count as resources, too, when they are pipes. */
function isBusy(): boolean {
  return process.getActiveResourcesInfo().some((resource) => !['PipeWrap', 'TTYWrap'].includes(resource));
}

/** Sites at which modules wait, in the order in which these began. */
function waitingModules({ recorder }: HookContext): readonly Site[] {
  const { table, header } = recorder;
  const waiting: { readonly task: number; readonly site: Site }[] = [];
  for (let slot = 1; slot <= (header[ring.slotsUsed] ?? 0); slot++) {
    const row = slot * liveTable.wordsPerSlot;
    const task = table[row + liveTable.id] ?? 0;
    if (task === 0 || recorder.siteOf(table[row + liveTable.site] ?? 0)?.kind !== 'module') continue;
    const site = recorder.siteOf(table[row + liveTable.waitsAt] ?? 0);
    if (site !== undefined) waiting.push({ task, site });
  }
  return waiting.toSorted((a, b) => a.task - b.task).map(({ site }) => site);
}

function warningOf(site: Site, files: ChangedFiles): string | undefined {
  const file = files.withId(site.file);
  const { line, column } = site;
  const excerpt = file && excerptAt(showsSources(files) ? mappedPlace(file, line, column) : { file, line, column });
  return excerpt === undefined ? undefined : `Warning: Detected unsettled top-level await at ${excerpt}\n\n\n`;
}
