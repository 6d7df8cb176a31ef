import type { PanelPlace, PanelState } from '#protocol/panel.ts';
import type { TraceModel } from '#trace/model.ts';
import { panelPlace } from '#trace/panel/panelPlaces.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { stuckTasks, type StuckGroup, type StuckTasks } from '#trace/stuckTasks.ts';
import { placeId, waitAt } from '#trace/taskChains.ts';
import { callersOf } from './callersOf.ts';
import type { TaskGroup, TasksSnapshot } from './messages.ts';

/** What a snapshot says besides the tasks. */
export interface SnapshotSituation {
  readonly resolve: Resolve;
  readonly state: PanelState;
  readonly blockedMs: number;
  /** ms since 1970. */
  readonly at: number;
}

const maxGroups = 500;
const maxNotes = 50;
/** Who waits that long does not just wait for the next answer. */
const longMs = 1000;

/** The living tasks of a model for the tasks view. Looks at every row. */
export function tasksSnapshot(model: TraceModel, { resolve, ...situation }: SnapshotSituation): TasksSnapshot {
  const stuck = stuckTasks(model);
  const circular = groupsInCircles(stuck);
  const isDeadlock = (group: StuckGroup): boolean => circular.has(groupKey(group.place, group.function));
  const groups = stuck.groups.toSorted(
    (a, b) => suspicion(b, isDeadlock(b)) - suspicion(a, isDeadlock(a)) || compareAges(a, b),
  );
  const at = placesOf(model, resolve);
  const callers = callersOf(model, stuck.roots, at);
  return {
    ...situation,
    alive: stuck.alive,
    groups: groups.slice(0, maxGroups).map((group): TaskGroup => {
      const { place, function: around, count, leaves, agesMs } = group;
      return {
        place: at(place === 0 ? around : place),
        count,
        leaves,
        oldestMs: agesMs.at(-1) ?? 0,
        medianMs: agesMs[Math.ceil(agesMs.length / 2) - 1] ?? 0,
        isDeadlock: isDeadlock(group),
        callers: callers(place, around),
      };
    }),
    notes: model.notes.slice(0, maxNotes).map((note) => note.slice(0, 400)),
  };
}

function suspicion({ leaves, count, agesMs }: StuckGroup, isDeadlock: boolean): number {
  if (isDeadlock) return 2;
  return leaves === count && (agesMs.at(-1) ?? 0) >= longMs ? 1 : 0;
}

function compareAges(a: StuckGroup, b: StuckGroup): number {
  return (b.agesMs.at(-1) ?? 0) - (a.agesMs.at(-1) ?? 0) || b.count - a.count;
}

/** Keys of the groups that tasks of circles belong to. */
function groupsInCircles({ deadlocks }: StuckTasks): ReadonlySet<string> {
  return new Set(
    deadlocks.flatMap((circle) =>
      circle.map(({ thread, row }) => {
        const wait = waitAt(thread, row);
        return groupKey(placeId(thread, thread.waits.site[wait] ?? 0), placeId(thread, thread.tasks.site[row] ?? 0));
      }),
    ),
  );
}

function groupKey(place: number, around: number): string {
  return `${place} ${around}`;
}

/** Places as people see them, each made once. */
function placesOf(model: TraceModel, resolve: Resolve): (id: number) => PanelPlace {
  const known = new Map<number, PanelPlace>();
  return (id) => {
    const found = known.get(id) ?? panelPlace(model, id, resolve);
    known.set(id, found);
    return found;
  };
}
