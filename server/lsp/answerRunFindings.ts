import path from 'node:path';
import type { FilePath } from '#analysis/finding.ts';
import { asObject, runFindingsLimits, runFindingsRequest, type RunFinding, type RunFindings } from '#protocol/lsp.ts';
import { isWithin } from '#workspace/paths.ts';
import type { CancellationToken } from 'vscode-languageserver';
import { pathOfUri } from './fileUris.ts';
import type { RunBatch } from './jobs.ts';
import type { ServedClient } from './servedClient.ts';

/** Answers which findings the files of a run have. One file is one job of the lowest priority, so that open files wait for one at most. */
export function answerRunFindings(client: ServedClient): void {
  client.connection.onRequest(runFindingsRequest, async (params: unknown, token): Promise<RunFindings> => {
    const asked = parseParams(params);
    if (asked === undefined) return { findings: [], isWhole: false };
    await client.configured;
    return collect(client, asked, token);
  });
}

interface Asked extends RunBatch {
  /** More files were asked for than one request may. */
  readonly isCut: boolean;
}

async function collect(client: ServedClient, asked: Asked, token: CancellationToken): Promise<RunFindings> {
  const { isCut, ...batch } = asked;
  const findings: RunFinding[] = [];
  let isWhole = !isCut;
  for (const file of batch.files) {
    if (token.isCancellationRequested || findings.length > runFindingsLimits.findings) {
      isWhole = false;
      break;
    }
    const result = await client.analyzer.runFindings(file, batch, token);
    isWhole &&= result !== undefined;
    findings.push(...(result?.findings ?? []));
    client.progressed();
  }
  isWhole &&= findings.length <= runFindingsLimits.findings;
  return { findings: findings.slice(0, runFindingsLimits.findings), isWhole };
}

/** What a trace names may be anything: only paths below the root are left. */
function parseParams(params: unknown): Asked | undefined {
  const { root: uri, files, run } = asObject(params);
  const root = pathOfUri(uri)?.replace(/(?<=.)\/$/, '');
  if (root === undefined || !Array.isArray(files)) return undefined;
  const paths = new Set(files.flatMap((each: unknown) => below(root, each)));
  return {
    root,
    files: [...paths].slice(0, runFindingsLimits.files),
    isCut: paths.size > runFindingsLimits.files,
    run: typeof run === 'string' ? run : undefined,
  };
}

function below(root: FilePath, written: unknown): readonly FilePath[] {
  if (typeof written !== 'string' || written === '' || written.includes('\0')) return [];
  const file = path.posix.join(root, written);
  return isWithin(root, file) && file !== root ? [file] : [];
}
