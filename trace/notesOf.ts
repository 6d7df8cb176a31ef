import type { ThreadReader } from './threadReader.ts';

/** What is missing or wrong, in plain words, with counts. */
export function notesOf(threads: readonly ThreadReader[], problems: ReadonlyMap<string, number>): readonly string[] {
  const sum = (amount: (thread: ThreadReader) => number) => threads.reduce((total, each) => total + amount(each), 0);
  const counted: readonly [number, string][] = [
    [sum(({ words }) => words.lostWords), 'words of records are missing'],
    [sum(({ words }) => words.repeatedWords), 'words of records came twice or too late and were skipped'],
    [sum(({ words }) => words.disagreements), 'times the records contradicted themselves'],
    [sum(({ state }) => state.oddRecords), 'records made no sense where they stood'],
    [sum(({ stats }) => stats?.tasksUntracked ?? 0), 'tasks found no place in the live table and were not recorded'],
    [sum(({ stats }) => stats?.droppedFrames ?? 0), 'messages were dropped for slow listeners'],
    [sum(({ stats }) => stats?.modulesSkipped ?? 0), 'modules were left as they are and not recorded'],
    [sum(({ state }) => state.foldedTasks), 'ended tasks are only in the statistics, for lack of room'],
    [sum(({ state }) => state.foldedWaits), 'ended waits are only in the statistics, for lack of room'],
  ];
  return [
    ...[...problems].map(([text, count]) => (count === 1 ? text : `${text}, ${count.toLocaleString('en')} times`)),
    ...counted.filter(([count]) => count > 0).map(([count, text]) => `${count.toLocaleString('en')} ${text}`),
  ];
}
