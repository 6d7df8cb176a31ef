import { panelLimits, type WaitsMessage } from '#protocol/panel.ts';
import type { TraceModel } from '../model.ts';
import { placeId, type TaskRef } from '../taskChains.ts';
import type { PanelNumbers } from './panelStuck.ts';

/** Waits of one task at most; of longer lists the newest are told. */
const maxOfOne = 2000;

/** The answer to `askWaits`. Rows that are not known have no waits. */
export function panelWaits(model: TraceModel, rows: readonly number[], numbers: PanelNumbers): WaitsMessage {
  const asked = rows.slice(0, panelLimits.asked);
  const found: { readonly row: number; readonly task: TaskRef; readonly wait: number }[] = [];
  for (const row of asked) {
    const task = numbers.tasks.taskAt(model, row);
    if (task === undefined || found.length >= panelLimits.waits - maxOfOne) continue;
    found.push(...waitsOf(task).map((wait) => ({ row, task, wait })));
  }
  const start = Math.min(...model.threads.map(({ hello }) => hello.startedAt));
  const offset = ({ thread }: TaskRef) => (thread.hello.startedAt - start) * 1000;
  return {
    kind: 'waits',
    rows: asked,
    task: Uint32Array.from(found, ({ row }) => row),
    place: Uint32Array.from(found, ({ task: { thread }, wait }) =>
      numbers.places.idOf(placeId(thread, thread.waits.site[wait] ?? 0)),
    ),
    begin: Float64Array.from(found, ({ task, wait }) => (task.thread.waits.begin[wait] ?? 0) + offset(task)),
    end: Float64Array.from(found, ({ task, wait }) => (task.thread.waits.end[wait] ?? 0) + offset(task)),
    child: Uint32Array.from(found, ({ task: { thread }, wait }) =>
      numbers.tasks.rowOf({ thread, row: thread.waits.child[wait] ?? 0 }),
    ),
  };
}

/** Rows of the waits of a task, oldest first. */
function waitsOf({ thread, row }: TaskRef): readonly number[] {
  const rows: number[] = [];
  for (let wait = thread.tasks.lastWait[row] ?? 0; wait !== 0 && rows.length < maxOfOne;) {
    rows.push(wait);
    wait = thread.waits.previous[wait] ?? 0;
  }
  return rows.toReversed();
}
