import type { Distribution } from '#protocol/evidence.ts';
import { functionStatistics, awaitStatistics } from './statistics.ts';
import { blockGroups } from './loopBlocks.ts';
import type { TraceModel } from './model.ts';
import { blockingCalls } from './sideEffects.ts';
import type { Resolve, SourcePlace } from './sourcePlace.ts';
import { placeAt } from './taskChains.ts';

/** A run to compare. */
export interface ComparedRun {
  readonly model: TraceModel;
  readonly resolve: Resolve;
}

/** What one run knows of a site. */
export interface SiteFigures {
  readonly kind: 'function' | 'await' | 'blocking' | 'blocked';
  readonly at: SourcePlace;
  readonly label: string;
  /** Function around it, its own name for functions. */
  readonly function: string;
  /** `contentHash` of the function around it. */
  readonly hash?: string;
  /** Function: from enter to exit. Await: each wait. Otherwise each block or call. */
  readonly duration: Distribution;
}

/** A site of one or both runs. */
export interface SiteChange {
  /** Absent: the site is new. */
  readonly before?: SiteFigures;
  /** Absent: it is gone, or did not run. */
  readonly after?: SiteFigures;
  /** The text of the function around it is another. */
  readonly isEdited: boolean;
}

/**
 * Sites of two runs, matched by file, function and label, not by line. Several of that name in a file are told apart by the hash of the
 * function, then by their order. The largest change of p95 first.
 */
export function compareRuns(before: ComparedRun, after: ComparedRun): readonly SiteChange[] {
  const old = new Map<string, SiteFigures[]>();
  for (const figures of figuresOf(before)) old.set(keyOf(figures), [...(old.get(keyOf(figures)) ?? []), figures]);
  const changes: SiteChange[] = [];
  for (const figures of figuresOf(after)) {
    const candidates = old.get(keyOf(figures)) ?? [];
    const sameText = candidates.findIndex(({ hash }) => hash === figures.hash);
    const [match] = candidates.splice(Math.max(0, sameText), 1);
    const isEdited = match !== undefined && match.hash !== figures.hash;
    changes.push({ ...(match === undefined ? {} : { before: match }), after: figures, isEdited });
  }
  for (const left of old.values()) changes.push(...left.map((figures) => ({ before: figures, isEdited: false })));
  return changes.toSorted((a, b) => changeOf(b) - changeOf(a));
}

function keyOf({ kind, at, label, function: around }: SiteFigures): string {
  return JSON.stringify([kind, at.file, around, label]);
}

/** By how much p95 moved, in ms. */
function changeOf({ before, after }: SiteChange): number {
  return Math.abs((after?.duration.p95 ?? 0) - (before?.duration.p95 ?? 0));
}

/** Everything a run measured, by site. */
function figuresOf({ model, resolve }: ComparedRun): readonly SiteFigures[] {
  const at = (kind: SiteFigures['kind'], id: number, duration: Distribution) =>
    siteFigures(kind, { model, resolve }, { id, duration });
  return [
    ...functionStatistics(model).map(({ place, duration }) => at('function', place, duration)),
    ...awaitStatistics(model).map(({ place, wait }) => at('await', place, wait)),
    ...[...blockingCalls(model)].map(([place, duration]) => at('blocking', place, duration)),
    ...blockGroups(model).map(({ place, culprit, duration }) => {
      if (culprit === undefined) return at('blocked', place, duration);
      const { file, line, column, name } = culprit;
      return { kind: 'blocked' as const, at: resolve(file, line, column), label: name, function: name, duration };
    }),
  ];
}

function siteFigures(
  kind: SiteFigures['kind'],
  { model, resolve }: ComparedRun,
  { id, duration }: { readonly id: number; readonly duration: Distribution },
): SiteFigures {
  const place = placeAt(model, id);
  const owner = placeAt(model, place.owner);
  return {
    kind,
    at: resolve(place.file, place.line, place.column),
    label: place.label,
    function: owner.label,
    ...(owner.hash === undefined ? {} : { hash: owner.hash }),
    duration,
  };
}
