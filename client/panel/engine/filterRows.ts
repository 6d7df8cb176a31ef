import type { PanelPlace } from '#protocol/panel.ts';
import type { Filter, Pattern, Term } from '../parseFilter.ts';
import { stateNames } from '../wording.ts';
import { ageOf, durationOf, type TaskStore } from './taskStore.ts';

/** The rows of `order` for which all terms hold, in that order; `order` itself when there are no terms. */
export function filterRows(store: TaskStore, order: Uint32Array, { terms }: Filter): Uint32Array {
  if (terms.length === 0) return order;
  const fits = new Uint8Array(store.count + 1).fill(1);
  for (const term of terms) excludeRows(store, fits, term);
  const found = new Uint32Array(order.length);
  let count = 0;
  for (let index = 0; index < order.length; index += 1) {
    const row = order[index] ?? 0;
    // Without a branch, which would be guessed wrong half of the time.
    found[count] = row;
    count += fits[row] ?? 0;
  }
  return found.slice(0, count);
}

/** Clears the rows for which a term does not hold. Texts are looked at once per place, not per row. */
function excludeRows(store: TaskStore, fits: Uint8Array, term: Term): void {
  switch (term.kind) {
    case 'state': {
      const wanted = Uint8Array.from({ length: 8 }, (_, state) => oneIf(term.states.includes(stateNames[state] ?? '')));
      return keep(fits, store.state, signed(wanted, term));
    }
    case 'place': {
      const isThere = placesWith(store, (_, id) => id === term.place);
      return keepEither(store, fits, { functions: isThere, waits: isThere, isNegated: term.isNegated });
    }
    case 'text':
      return excludeByText(store, fits, term);
    case 'number':
      return excludeByNumber(store, fits, term);
    default:
      term satisfies never;
  }
}

function oneIf(is: boolean): number {
  return is ? 1 : 0;
}

function signed(wanted: Uint8Array, { isNegated }: Term): Uint8Array {
  return isNegated ? wanted.map((each) => 1 - each) : wanted;
}

function keep(fits: Uint8Array, column: Uint8Array | Uint16Array | Uint32Array, wanted: Uint8Array): void {
  for (let row = 1; row < fits.length; row += 1) fits[row] = (fits[row] ?? 0) & (wanted[column[row] ?? 0] ?? 0);
}

interface Either {
  readonly functions: Uint8Array;
  readonly waits: Uint8Array;
  readonly isNegated: boolean;
}

function keepEither(store: TaskStore, fits: Uint8Array, { functions, waits, isNegated }: Either): void {
  const { function: own, waitsAt } = store;
  const sign = oneIf(isNegated);
  for (let row = 1; row < fits.length; row += 1) {
    const is = (functions[own[row] ?? 0] ?? 0) | (waits[waitsAt[row] ?? 0] ?? 0);
    fits[row] = (fits[row] ?? 0) & (is ^ sign);
  }
}

function placesWith({ places }: TaskStore, is: (place: PanelPlace, id: number) => boolean): Uint8Array {
  return Uint8Array.from(places, (place, id) => oneIf(is(place, id)));
}

function some(patterns: readonly Pattern[], text: string): boolean {
  return patterns.some((pattern) => pattern(text));
}

function excludeByText(store: TaskStore, fits: Uint8Array, term: Extract<Term, { kind: 'text' }>): void {
  const { field, patterns } = term;
  const labels = (place: PanelPlace) => some(patterns, place.label);
  switch (field) {
    case 'fn':
      return keep(fits, store.function, signed(placesWith(store, labels), term));
    case 'file':
      return keep(
        fits,
        store.function,
        signed(
          placesWith(store, ({ file }) => some(patterns, file)),
          term,
        ),
      );
    case 'at': {
      const at = placesWith(store, (place, id) => id !== 0 && labels(place));
      return keep(fits, store.waitsAt, signed(at, term));
    }
    case 'thread': {
      const threads = Uint8Array.from(store.threads, (name) => oneIf(some(patterns, name)));
      return keep(fits, store.thread, signed(threads, term));
    }
    case 'parent': {
      const functions = signed(
        placesWith(store, (place, id) => id !== 0 && labels(place)),
        term,
      );
      for (let row = 1; row < fits.length; row += 1) {
        const parent = store.parent[row] ?? 0;
        const place = parent === 0 ? 0 : (store.function[parent] ?? 0);
        fits[row] = (fits[row] ?? 0) & (functions[place] ?? 0);
      }
      return;
    }
    case 'any': {
      const functions = placesWith(store, (place) => labels(place) || some(patterns, place.file));
      const waits = placesWith(store, (place, id) => id !== 0 && labels(place));
      return keepEither(store, fits, { functions, waits, isNegated: term.isNegated });
    }
    default:
      field satisfies never;
  }
}

function excludeByNumber(store: TaskStore, fits: Uint8Array, term: Extract<Term, { kind: 'number' }>): void {
  const { from, to, field } = term;
  const sign = oneIf(term.isNegated);
  const { waits, busy, begin } = store;
  switch (field) {
    case 'waits':
      return keepBetween((row) => waits[row] ?? 0);
    case 'busy':
      return keepBetween((row) => busy[row] ?? 0);
    case 'begun':
      return keepBetween((row) => begin[row] ?? 0);
    case 'dur':
      return keepBetween((row) => durationOf(store, row));
    case 'age':
      return keepBetween((row) => ageOf(store, row));
    case 'id':
      return keepBetween((row) => row);
    default:
      field satisfies never;
  }

  function keepBetween(valueOf: (row: number) => number): void {
    for (let row = 1; row < fits.length; row += 1) {
      if (fits[row] === 0) continue;
      const value = valueOf(row);
      fits[row] = oneIf(value >= from && value <= to) ^ sign;
    }
  }
}
