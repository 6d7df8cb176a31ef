import type { UntracedNote } from '#protocol/messages.ts';
import type { Participants } from '#runs/participants.ts';

/** What the run could not record because of processes, in plain words; empty for a whole one. */
export function processLimits({ traced, alive, untraced }: Participants): readonly string[] {
  const lines = Object.entries(reasonWords).flatMap(([reason, words]) => {
    const count = untraced.filter((each) => each.reason === reason).length;
    // That npm is not traced interests nobody who sees a trace of what npm has started.
    if (count === 0 || (reason === 'tool' && traced.length > 0)) return [];
    return [`${counted(count, 'process', 'processes')} not traced: ${words}`];
  });
  if (alive.length > 0)
    lines.push(`${counted(alive.length, 'process is', 'processes are')} still running, not in the trace`);
  return lines;
}

const reasonWords: Readonly<Record<UntracedNote['reason'], string>> = {
  'no-preload': 'the hook did not reach it',
  cap: 'over the limit of traced processes (--max-processes)',
  tool: 'package managers and tools (--include-tools traces them)',
  unsupported: 'an old Node, another runtime, a packed program or the permission model',
  coverage: 'coverage was being collected',
  fault: 'the hook could not start',
};

/** Why there is no trace. */
export function nothingTraced(participants: Participants): string {
  if (participants.traced.length > 0) return 'nothing recorded, the program ended before code of its own ran';
  const [limit] = processLimits(participants);
  return limit ?? 'nothing traced, no Node program came up';
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
