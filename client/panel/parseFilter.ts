/** A filter as people write it: all terms must hold. */
export interface Filter {
  readonly terms: readonly Term[];
}

/** What stands in the table for a number, see `filterHelp`. Times in µs. */
export type NumberField = 'dur' | 'age' | 'busy' | 'waits' | 'begun' | 'id';
/** Texts; `any`: one of function, file and await. */
export type TextField = 'fn' | 'file' | 'at' | 'parent' | 'thread' | 'any';

export type Term = { readonly isNegated: boolean } & (
  | { readonly kind: 'text'; readonly field: TextField; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'state'; readonly states: readonly string[] }
  | { readonly kind: 'number'; readonly field: NumberField; readonly from: number; readonly to: number }
  /** A place by its number: what links inside the panel use. */
  | { readonly kind: 'place'; readonly place: number }
);

/** Matches text without regard to case. */
export type Pattern = (text: string) => boolean;

/** Why a filter is not understood; `at` and `length` say where, in UTF-16 units. */
export interface FilterProblem {
  readonly problem: string;
  readonly at: number;
  readonly length: number;
}

/** What the box offers, in order. */
export const filterHelp: readonly { readonly example: string; readonly meaning: string }[] = [
  { example: 'load', meaning: 'function, file or await contains the text' },
  { example: 'state:waiting', meaning: 'running, waiting, done, rejected, lost, gone; several with a comma' },
  { example: 'fn:load*', meaning: 'function, with * for any text' },
  { example: 'file:src/', meaning: 'file of the function contains the text' },
  { example: 'at:fetch', meaning: 'waits at this await' },
  { example: 'parent:handle', meaning: 'started by this function' },
  { example: 'dur>100ms', meaning: 'duration, also of living tasks; µs ms s min; > >= < <= =' },
  { example: 'age>5s', meaning: 'waits (or runs) as long as that, living tasks only' },
  { example: 'busy>10ms', meaning: 'time on the loop itself' },
  { example: 'waits>3', meaning: 'number of waits' },
  { example: 'begun>2s', meaning: 'began after that time of the run' },
  { example: 'thread:main', meaning: 'thread by name' },
  { example: '-fn:health "two words"', meaning: '- excludes, quotes keep blanks together' },
];

const textFields: readonly string[] = ['fn', 'file', 'at', 'parent', 'thread'] satisfies TextField[];
const numberFields: readonly string[] = ['dur', 'age', 'busy', 'waits', 'begun', 'id'] satisfies NumberField[];
const states: readonly string[] = ['running', 'waiting', 'done', 'rejected', 'lost', 'gone'];

/** Reads a filter; never throws. */
export function parseFilter(text: string): Filter | FilterProblem {
  const terms: Term[] = [];
  for (const word of wordsOf(text)) {
    const term = word.isOpen
      ? { problem: 'a quote is not closed', at: word.at, length: word.text.length }
      : parseTerm(word);
    if ('problem' in term) return term;
    terms.push(term);
  }
  return { terms };
}

export function isProblem(filter: Filter | FilterProblem): filter is FilterProblem {
  return 'problem' in filter;
}

interface Word {
  readonly text: string;
  readonly at: number;
  /** A quote in it is not closed. */
  readonly isOpen: boolean;
}

/** Parts between blanks; quotes keep blanks. */
function* wordsOf(text: string): Iterable<Word> {
  for (const match of text.matchAll(/(?:"[^"]*("|$)|[^\s"])+/g)) {
    yield { text: match[0], at: match.index, isOpen: (match[0].split('"').length - 1) % 2 === 1 };
  }
}

function parseTerm({ text, at }: Word): Term | FilterProblem {
  const isNegated = text.length > 1 && (text.startsWith('-') || text.startsWith('!'));
  const body = isNegated ? text.slice(1) : text;
  const parts = /^([a-z]+)(:|>=|<=|>|<|=)(.*)$/is.exec(body);
  if (parts === null || body.startsWith('"')) {
    return { kind: 'text', field: 'any', patterns: [patternOf(unquoted(body))], isNegated };
  }
  const [, name = '', operator = '', value = ''] = parts;
  const term = parseField(name.toLowerCase(), operator, unquoted(value));
  return 'problem' in term ? { ...term, at, length: text.length } : { ...term, isNegated };
}

// Distributes over the union, which `Omit` does not.
type WithoutSign<T> = T extends unknown ? Omit<T, 'isNegated'> : never;

function parseField(name: string, operator: string, value: string): WithoutSign<Term> | { readonly problem: string } {
  if (value === '') return { problem: `${name}${operator} needs a value` };
  if (name === 'state') return parseStates(operator, value);
  if (name === 'place') return { kind: 'place', place: Number.parseInt(value, 10) || 0 };
  const text = textFields.find((field) => field === name);
  if (isTextField(text)) {
    if (operator !== ':' && operator !== '=') return { problem: `${name} is text: write ${name}:${value}` };
    return { kind: 'text', field: text, patterns: value.split(',').filter(Boolean).map(patternOf) };
  }
  const number = numberFields.find((field) => field === name);
  if (isNumberField(number)) return parseNumber(number, operator, value);
  return { problem: `${name} is not a column; there are state, ${[...textFields, ...numberFields].join(', ')}` };
}

function isTextField(name: string | undefined): name is TextField {
  return name !== undefined && textFields.includes(name);
}

function isNumberField(name: string | undefined): name is NumberField {
  return name !== undefined && numberFields.includes(name);
}

function parseStates(operator: string, value: string): WithoutSign<Term> | { readonly problem: string } {
  if (operator !== ':' && operator !== '=') return { problem: `write state:${value}` };
  const wanted = value.toLowerCase().split(',').filter(Boolean);
  const found = wanted.map((each) => states.filter((state) => state.startsWith(each)));
  const unknown = wanted.find((_, index) => found[index]?.length === 0);
  if (unknown !== undefined) return { problem: `${unknown} is no state; there are ${states.join(', ')}` };
  return { kind: 'state', states: found.flat() };
}

const unitsUs: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1000, s: 1e6, m: 60e6, min: 60e6, h: 3600e6 };

function parseNumber(
  field: NumberField,
  operator: string,
  text: string,
): WithoutSign<Term> | { readonly problem: string } {
  const parts = /^(\d+(?:\.\d+)?|\.\d+)(µs|us|ms|s|min|m|h)?$/i.exec(text.replaceAll('_', ''));
  if (parts === null) return { problem: `${text} is no ${isTime(field) ? 'time; write 100ms or 5s' : 'number'}` };
  const [, digits = '', unit] = parts;
  if (unit !== undefined && !isTime(field)) return { problem: `${field} is a number without unit` };
  const value = Number(digits) * (isTime(field) ? (unitsUs[unit?.toLowerCase() ?? 'ms'] ?? 1000) : 1);
  return { kind: 'number', field, ...rangeOf(operator, value, isTime(field)) };
}

function isTime(field: NumberField): boolean {
  return field !== 'waits' && field !== 'id';
}

/** Both ends belong to the range. Equal times are those shown alike, half a percent around. */
function rangeOf(operator: string, value: number, isRough: boolean): { readonly from: number; readonly to: number } {
  const above = value + Math.max(1e-9, value * 1e-12);
  const below = value - Math.max(1e-9, value * 1e-12);
  const infinity = Number.POSITIVE_INFINITY;
  if (operator === '>') return { from: above, to: infinity };
  if (operator === '>=') return { from: value, to: infinity };
  if (operator === '<') return { from: -infinity, to: below };
  if (operator === '<=') return { from: -infinity, to: value };
  return isRough ? { from: value * 0.995, to: value * 1.005 } : { from: value, to: value };
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** Contains the text; with `*` the whole must fit. Linear in the text, whatever the pattern. */
function patternOf(pattern: string): Pattern {
  const wanted = pattern.toLowerCase();
  if (!wanted.includes('*')) return (text) => text.toLowerCase().includes(wanted);
  const parts = wanted.split('*');
  return (text) => fits(text.toLowerCase(), parts);
}

/** Each part at its first place after the one before is enough, so there is nothing to go back for. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
