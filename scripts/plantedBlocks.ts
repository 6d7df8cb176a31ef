import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameType, magic, readFrame, recordsHeaderWords } from '#protocol/frames.ts';
import { defaultHookSettings, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';

const root = join(import.meta.dirname, '..').replaceAll('\\', '/');
const hook = `${root}/dist/hook.cjs`;

/** Folder of the programs that block the event loop on purpose, two of each kind. */
export const blockFolder = `${root}/test/hook/watchdog/fixtures/blocks`;

/** File names of these programs, sorted; their kind is what stands before the dash. */
export function plantedBlocks(): readonly string[] {
  return readdirSync(blockFolder).toSorted();
}

/** What the hook wrote about a program. */
export interface HookedRun {
  readonly code: number | null;
  readonly stderr: string;
  /** Bodies of the notes of all threads, as they stand in the segments. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
  /** Words of all records, in their order. */
  readonly words: readonly number[];
}

/** Runs a program with the hook (dist/ must be built) and reads its notes. */
export async function runHooked(
  node: string,
  args: readonly string[],
  over: Partial<HookSettings> = {},
): Promise<HookedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'rubato-blocks-'));
  try {
    const settings: HookSettings = { ...defaultHookSettings, folder, root: blockFolder, listen: false, ...over };
    const env = { PATH: process.env['PATH'], [settingsVariable]: JSON.stringify(settings) };
    const child = spawn(node, ['--require', hook, ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 20_000,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
    return { code, stderr, ...writtenIn(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writtenIn(folder: string): Pick<HookedRun, 'notes' | 'words'> {
  const notes: Readonly<Record<string, unknown>>[] = [];
  const words: number[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith('.segment')) continue;
    const bytes = readFileSync(join(folder, name));
    for (let frame = readFrame(bytes, magic.length); frame.kind === 'frame'; frame = readFrame(bytes, frame.next)) {
      if (frame.type === frameType.note) notes.push(JSON.parse(new TextDecoder().decode(frame.body)));
      if (frame.type === frameType.records) words.push(...wordsIn(frame.body));
    }
  }
  return { notes, words };
}

function wordsIn(body: Uint8Array): readonly number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = body.byteLength / 4 - recordsHeaderWords;
  return Array.from({ length: count }, (_, at) => view.getUint32((recordsHeaderWords + at) * 4, true));
}

/** What was made of a planted block. */
export interface PlantedResult {
  readonly isRight: boolean;
  /** `file:line source 230 ms` of the longest block, or why there is none. */
  readonly found: string;
}

/** Runs the program of that name and compares the place blamed for its longest block with the lines that end in `// blame`. */
export async function judgePlantedBlock(
  node: string,
  name: string,
  over: Partial<HookSettings> = {},
): Promise<PlantedResult> {
  const file = `${blockFolder}/${name}`;
  const { notes, stderr } = await runHooked(node, [file], over);
  const blocks = notes.filter(({ kind }) => kind === 'block');
  const longest = blocks.toSorted((a, b) => Number(b['durationUs']) - Number(a['durationUs']))[0];
  if (longest === undefined) return { isRight: false, found: `no block ${stderr.trim()}` };
  const frames = Array.isArray(longest['frames']) ? longest['frames'] : [];
  const culprit: unknown = frames[Number(longest['culprit'] ?? -1)];
  const place = { file: '', line: 0, ...Object(culprit) };
  const took = `${String(longest['source'])} ${Math.round(Number(longest['durationUs']) / 1000)} ms`;
  const isRight = place.file === file && blamedLines(file).includes(place.line);
  return { isRight, found: `${String(place.file).slice(blockFolder.length + 1)}:${place.line} ${took}` };
}

function blamedLines(file: string): readonly number[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.endsWith('// blame') ? [index + 1] : []));
}
