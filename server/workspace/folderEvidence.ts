import { stat } from 'node:fs/promises';
import { evidenceIndex, type EvidenceIndex, type EvidenceSource } from '#analysis/evidence/evidenceIndex.ts';
import type { FilePath } from '#analysis/finding.ts';
import { evidenceFolder, evidenceName, readEvidenceFile } from './evidenceFile.ts';
import { isWithin, upward } from './paths.ts';

/** Folder of the runs in a `.rubato`. */
const runsName = 'runs';

/** What the last runs in the folders around a file showed. */
export interface EvidenceAround {
  readonly index: EvidenceIndex;
  /** Tells one index from every other one: grows whenever another file was read. */
  readonly revision: number;
}

/** A file of evidence as it was read last. */
interface Known {
  /** Tells a file from the one that replaced it; '' when there is none. */
  readonly stamp: string;
  readonly source: EvidenceSource | undefined;
  /** On the clock of `performance.now`. */
  readonly checkedAt: number;
}

/** How old the knowledge of a file may become where nobody tells of changes: looking costs one `stat`. ms */
const trustedMs = 1000;

/**
 * Evidence of all folders that an editor has files of. Only data is read, nothing of it is run or opened, so that it may come from a folder that
 * nobody trusts. A file that is none is said once, and counts as absent.
 */
export class FolderEvidence {
  readonly #warn: (message: string) => void;
  readonly #known = new Map<FilePath, Known>();
  readonly #indexes = new Map<FilePath, EvidenceAround & { readonly sources: readonly EvidenceSource[] }>();
  #revision = 0;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Something was written: looks at each file again when it is asked for. */
  expire(): void {
    for (const [file, known] of this.#known) this.#known.set(file, { ...known, checkedAt: -Infinity });
  }

  /** Of the folder and those above it up to `root`: a run may have been started in any of them. `undefined` when there is none. */
  async around(folder: FilePath, root: FilePath): Promise<EvidenceAround | undefined> {
    const sources: EvidenceSource[] = [];
    for (const each of upward(folder)) {
      if (!isWithin(root, each)) break;
      const source = await this.#sourceOf(each, evidenceName);
      if (source !== undefined) sources.push(source);
    }
    return sources.length === 0 ? undefined : this.#indexOf(sources, '');
  }

  /** Of one run that was started in `root`; `name` is that of its folder. `undefined` when it has left none (yet), or there is no such run. */
  async ofRun(root: FilePath, name: string): Promise<EvidenceAround | undefined> {
    if (!/^[^/\\:]+$/.test(name) || name === '..' || name === '.') return undefined;
    const source = await this.#sourceOf(root, `${runsName}/${name}/${evidenceName}`);
    return source === undefined ? undefined : this.#indexOf([source], name);
  }

  #indexOf(sources: readonly EvidenceSource[], run: string): EvidenceAround {
    const key = [run, ...sources.map(({ folder }) => folder)].join('\0');
    const known = this.#indexes.get(key);
    if (known?.sources.every((source, at) => source === sources[at]) === true) return known;
    this.#revision += 1;
    const made = { sources, index: evidenceIndex(sources), revision: this.#revision };
    this.#indexes.set(key, made);
    return made;
  }

  /** `name`: in the `.rubato` of the folder. */
  async #sourceOf(folder: FilePath, name: string): Promise<EvidenceSource | undefined> {
    const file = `${folder === '/' ? '' : folder}/${evidenceFolder}/${name}`;
    const known = this.#known.get(file);
    const now = performance.now();
    if (known !== undefined && now - known.checkedAt < trustedMs) return known.source;
    const stamp = await stampOf(file);
    const source = stamp === known?.stamp ? known.source : stamp === '' ? undefined : await this.#read(file, folder);
    this.#known.set(file, { stamp, source, checkedAt: now });
    return source;
  }

  async #read(file: FilePath, folder: FilePath): Promise<EvidenceSource | undefined> {
    const read = await readEvidenceFile(file);
    if (read.kind === 'refused') {
      this.#warn(`${file}: ${read.reason}`);
      return undefined;
    }
    if (read.dropped > 0)
      this.#warn(`${file}: entries that are not well formed, or too many, left out: ${read.dropped}`);
    return { evidence: read.evidence, folder };
  }
}

async function stampOf(file: FilePath): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    // Whatever the reason, there is nothing to read.
    return '';
  }
}
