/** What the transform inserts into a module, free of the ids that one process gives: so it can be kept for the next one. */
import type { TransformedModule } from '../contracts.ts';
import { packSites } from '../recorder/packedSites.ts';

/** Plain arrays and strings, as they stand in the cache. */
export interface InsertionTemplate {
  /** Offsets in the original text, ascending, each from the one before. */
  readonly places: readonly number[];
  /** Lines from 1 and columns from 0 of these places in the original text, one after the other. */
  readonly positions: readonly number[];
  /** The inserted pieces, one per line; `\u0001` stands for each site's id. */
  readonly pieces: string;
  /** These sites in the order of the text, from 0. */
  readonly ids: readonly number[];
  /** How many sites there are, and what they are: see `packSites`. */
  readonly count: number;
  readonly sites: string;
}

/** `firstSite` for a transform that becomes a template: its ids can be told from every other number in the inserted text. */
export const templateSite = 700_000_001;
/** No source holds it. */
const mark = '\u0001';
const idInText = /\b7\d{8}\b/g;

/** @param changed made with `templateSite` */
export function templateOf(changed: TransformedModule): InsertionTemplate {
  const { code, spans } = changed;
  const lineStarts = startsOfLines(code);
  const places: number[] = [];
  const positions: number[] = [];
  const pieces: string[] = [];
  let inserted = 0;
  let lastPlace = 0;
  let shift = { line: 0, units: 0 };
  for (let at = 0; at < spans.length; at += 3) {
    const [line = 1, column = 0, length = 0] = spans.subarray(at, at + 3);
    const start = (lineStarts[line - 1] ?? 0) + column;
    if (shift.line !== line) shift = { line, units: 0 };
    places.push(start - inserted - lastPlace);
    lastPlace = start - inserted;
    positions.push(line, column - shift.units);
    pieces.push(code.slice(start, start + length));
    inserted += length;
    shift.units += length;
  }
  const ids: number[] = [];
  const text = pieces.join('\n').replaceAll(idInText, (id) => {
    ids.push(Number(id) - templateSite);
    return mark;
  });
  const { sites } = changed;
  return { places, positions, pieces: text, ids, count: sites.length, sites: packSites(sites, templateSite) };
}

/** The module again, with the ids of this process: its sites count from `firstSite`. */
export function fillTemplate(
  template: InsertionTemplate,
  source: string,
  firstSite: number,
): Omit<TransformedModule, 'sites'> {
  const { places, positions } = template;
  const pieces = withIds(template, firstSite).split('\n');
  const spans = new Int32Array(places.length * 3);
  let code = '';
  let from = 0;
  let line = 0;
  let shift = 0;
  for (let index = 0; index < places.length; index++) {
    const piece = pieces[index] ?? '';
    const place = from + (places[index] ?? 0);
    code += source.slice(from, place) + piece;
    from = place;
    if (positions[index * 2] !== line) shift = 0;
    line = positions[index * 2] ?? 0;
    spans[index * 3] = line;
    spans[index * 3 + 1] = (positions[index * 2 + 1] ?? 0) + shift;
    spans[index * 3 + 2] = piece.length;
    shift += piece.length;
  }
  return { code: code + source.slice(from), spans };
}

function withIds({ pieces, ids }: InsertionTemplate, firstSite: number): string {
  const parts = pieces.split(mark);
  let text = parts[0] ?? '';
  for (let index = 0; index < ids.length; index++) text += firstSite + (ids[index] ?? 0) + (parts[index + 1] ?? '');
  return text;
}

/** As the transform counts lines. */
function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) starts.push(index + end.length);
  return starts;
}
