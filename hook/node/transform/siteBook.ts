/** The sites of one module, in order of their ids. */
import { contentHash } from '#protocol/contentHash.ts';
import type { Site, SiteKind } from '#protocol/sites.ts';
import { functionName } from './functionNames.ts';
import type { LineTable } from './lineTable.ts';
import type { Frame } from './walk.ts';

export interface SiteBookOptions {
  readonly authored: string;
  readonly lines: LineTable;
  readonly file: number;
  readonly firstSite: number;
  /** Label of the module's own site. */
  readonly name: string;
}

export class SiteBook {
  readonly #options: SiteBookOptions;
  readonly #sites: Site[] = [];

  constructor(options: SiteBookOptions) {
    this.#options = options;
  }

  /**
   * A site inside a function or at the top level; its id.
   * @param from offsets of the text that labels it
   */
  add(
    frame: Frame,
    kind: SiteKind,
    place: number,
    label: string | { readonly start: number; readonly end: number },
  ): number {
    const owner = this.#ownerOf(frame);
    const text = typeof label === 'string' ? label : this.#quote(label.start, label.end);
    const offset = place - frame.start;
    return this.#push({ kind, ...this.#position(place), label: text, owner, offset });
  }

  /** The site of a task or of a function that holds sites; made at the first question. */
  functionSite(frame: Frame): number {
    if (frame.site !== 0) return frame.site;
    const { authored, name } = this.#options;
    const isModule = frame.node.type === 'Program';
    const id = this.#options.firstSite + this.#sites.length;
    frame.site = this.#push({
      kind: isModule ? 'module' : frame.isTask ? 'function' : 'sync-function',
      ...this.#position(frame.start),
      label: isModule ? name : functionName(frame, authored),
      owner: id,
      offset: 0,
      hash: contentHash(authored.slice(frame.start, frame.end)),
    });
    return id;
  }

  /** All sites. What stands at the top level of a module that awaits belongs to the module's site, which may be younger. */
  finish(module: Frame): readonly Site[] {
    if (module.site === 0) return this.#sites;
    return this.#sites.map((site) => (site.owner === 0 ? { ...site, owner: module.site } : site));
  }

  #ownerOf(frame: Frame): number {
    return frame.node.type === 'Program' ? frame.site : this.functionSite(frame);
  }

  #push(site: Omit<Site, 'id' | 'file'>): number {
    const id = this.#options.firstSite + this.#sites.length;
    this.#sites.push({ id, file: this.#options.file, ...site, label: plainLabel(site.label) });
    return id;
  }

  #position(place: number): { readonly line: number; readonly column: number } {
    const line = this.#options.lines.lineOf(place);
    return { line, column: place - this.#options.lines.startOf(line) + 1 };
  }

  #quote(start: number, end: number): string {
    const whole = this.#options.authored
      .slice(start, Math.min(end, start + QUOTED))
      .replace(/\s+/g, ' ')
      .trim();
    return whole.length > LABEL ? `${whole.slice(0, LABEL - 1)}…` : whole;
  }
}

/** As it was written: compilers put imported names so, `(0, orders.load)()` or `(0,__vite_ssr_import_1__.load)()`. */
function plainLabel(label: string): string {
  if (!label.includes('(0,') && !label.includes('__vite_ssr_')) return label;
  return label
    .replaceAll(/\(0, ?(?:[\w$]+\.)+([\w$]+)\)/g, '$1')
    .replaceAll(/\b__vite_ssr_import_\d+__\./g, '')
    .replaceAll('__vite_ssr_dynamic_import__(', 'import(');
}

/** Code units of a label. */
const LABEL = 80;
/** Text that is looked at for a label: mostly indentation may have to be collapsed. */
const QUOTED = 400;
