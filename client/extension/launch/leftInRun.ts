import { runFolder } from '#protocol/runFolder.ts';

/**
 * What the folder of a run holds, by the names of its files. Marks and segments go when a run is finished, so whatever is there of them came
 * later. `nothing`: no program was traced, ever.
 */
export function leftInRun(names: readonly string[]): 'unfinished' | 'finished' | 'nothing' {
  const { processExtension, segmentExtension, trace } = runFolder;
  if (names.some((name) => name.endsWith(processExtension) || name.endsWith(segmentExtension))) return 'unfinished';
  return names.includes(trace) ? 'finished' : 'nothing';
}
