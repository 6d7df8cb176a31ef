import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { agreement, type Difference } from './agreement.ts';
import { contenders, preparePeers, type Contender } from './peers.ts';
import { costOf, type Cost } from './processTree.ts';
import { projectCopy, type ProjectCopy } from './projectCopy.ts';

/**
 * Rubato beside typescript-eslint and oxlint with tsgolint, each in a cold process on the same copy of a project:
 *
 *   npm run bench -- <project folder> [--rounds 3] [--only native]... [--cli dist/cli.js]
 *
 * Rounds are interleaved, so that a busy machine slows all alike; figures are medians over the whole process tree.
 * Trust user CPU and ratios; wall time depends on who else is on the machine.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    cli: { type: 'string', default: 'dist/cli.js' },
  },
});

interface Result {
  readonly contender: Contender;
  readonly costs: readonly Cost[];
  readonly output: string;
}

/** Only linters with the same generation of TypeScript inside are compared: the generations infer plain JavaScript differently. */
const sameCompiler = [
  ['rubato native', 'oxlint'],
  ['rubato embedded', 'typescript-eslint'],
] as const;

const [folder] = positionals;
if (folder === undefined) throw new Error('Name the folder of a project: npm run bench -- <folder>');
preparePeers();
const project = projectCopy(folder);
try {
  const { name, fileCount, lineCount } = project;
  const { length: cores } = cpus();
  console.log(
    `${name}: ${fileCount} files, ${lineCount} lines; Node ${process.version}, ${cores} cores, ${values.rounds} rounds`,
  );
  const results = await measure(project);
  printRefusals(results);
  printCosts(results);
  printRatios(results);
  printAgreement(project, results);
} finally {
  project.dispose();
}

async function measure(copy: ProjectCopy): Promise<readonly Result[]> {
  const chosen = contenders(resolve(values.cli)).filter(
    ({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)),
  );
  const outputs = mkdtempSync(join(tmpdir(), 'rubato-bench-'));
  const costs = new Map<Contender, Cost[]>(chosen.map((contender) => [contender, []]));
  const fileOf = (contender: Contender): string => join(outputs, `${chosen.indexOf(contender)}.json`);
  try {
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [contender, own] of costs) own.push(await costOf(contender.command(copy, fileOf(contender))));
    return chosen.map((contender) => ({
      contender,
      costs: costs.get(contender) ?? [],
      output: readFileSync(fileOf(contender), 'utf8'),
    }));
  } finally {
    rmSync(outputs, { recursive: true });
  }
}

function printRefusals(results: readonly Result[]): void {
  for (const { contender, output } of results) {
    const refusals = contender.refusals(output);
    if (refusals.length === 0) continue;
    console.log(`${contender.name} did not judge everything (${refusals.length}):`);
    for (const refusal of refusals.slice(0, 3)) console.log(`  ${refusal}`);
  }
}

function printCosts(results: readonly Result[]): void {
  console.table(
    Object.fromEntries(
      results.map((result) => [
        result.contender.name,
        {
          'user s': rounded(median(result, 'user')),
          'system s': rounded(median(result, 'system')),
          'wall s': rounded(median(result, 'wall')),
          'peak MB': Math.round(median(result, 'peakMb')),
          floating: result.contender.floating(result.output, project).length,
        },
      ]),
    ),
  );
}

/** Ours divided by theirs with the same set of rules: below 1 we are cheaper. */
function printRatios(results: readonly Result[]): void {
  const ours = results.filter(({ contender }) => contender.tool === 'rubato');
  const theirs = results.filter(({ contender }) => contender.tool !== 'rubato');
  const pairs = ours.flatMap((own) =>
    theirs.filter(({ contender }) => contender.set === own.contender.set).map((peer) => [own, peer] as const),
  );
  const ratio = ([own, peer]: readonly [Result, Result], what: 'user' | 'wall' | 'peakMb'): number =>
    rounded(median(own, what) / median(peer, what));
  console.table(
    Object.fromEntries(
      pairs.map((pair) => [
        `${pair[0].contender.name} / ${pair[1].contender.name}`,
        { 'user CPU': ratio(pair, 'user'), wall: ratio(pair, 'wall'), 'peak memory': ratio(pair, 'peakMb') },
      ]),
    ),
  );
}

function printAgreement(copy: ProjectCopy, results: readonly Result[]): void {
  const find = (name: string): Result | undefined =>
    results.find(({ contender }) => contender.set === 'floating' && contender.name.startsWith(name));
  for (const [ourName, theirName] of sameCompiler) {
    const [own, peer] = [find(ourName), find(theirName)];
    if (own === undefined || peer === undefined) continue;
    const [ours, theirs] = [own, peer].map(({ contender, output }) => contender.floating(output, copy));
    const { both, onlyOurs, onlyTheirs } = agreement(copy, ours ?? [], theirs ?? []);
    const counts = `${both} agree, ${onlyOurs.length} only ours, ${onlyTheirs.length} only theirs`;
    console.log(`\nFloating promises, ${ourName} beside ${theirName}: ${counts}`);
    printDifferences('only ours', onlyOurs);
    printDifferences('only theirs', onlyTheirs);
  }
}

/** Those that nobody can explain one by one, the others counted by their reason. */
function printDifferences(title: string, differences: readonly Difference[]): void {
  for (const [reason, group] of Map.groupBy(differences, (difference) => difference.reason)) {
    if (reason === undefined) for (const each of group) console.log(`  ${title}: ${describe(each)}`);
    else console.log(`  ${title}: ${group.length} because ${reason}, such as ${describe(group[0])}`);
  }
}

function describe(difference: Difference | undefined): string {
  return difference === undefined ? '' : `${difference.file}:${difference.line} ${difference.source.slice(0, 80)}`;
}

function median({ costs }: Result, what: 'user' | 'system' | 'wall' | 'peakMb'): number {
  const sorted = costs.map((cost) => cost[what]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
