import type { FileEvent } from 'vscode-languageserver';
import type { ServedClient } from './servedClient.ts';
import { diskChanges } from './watchedFiles.ts';

/** Changes on disk come in swarms (a checkout, a build): they are answered together after this quiet time, in ms. */
const quietMs = 200;

/** Checks the open files again after other files of their programs, or the configuration, changed on disk. */
export function followDisk(client: ServedClient): void {
  let events: readonly FileEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  client.connection.onDidChangeWatchedFiles(({ changes }) => {
    events = [...events, ...changes];
    clearTimeout(timer);
    timer = setTimeout(() => {
      const swarm = events;
      events = [];
      answer(client, swarm);
    }, quietMs).unref();
  });
}

function answer({ analyzer, checks }: ServedClient, events: readonly FileEvent[]): void {
  const { changed, isStructural, hasEvidence } = diskChanges(events);
  if (changed.length === 0 && !hasEvidence) return;
  if (hasEvidence) analyzer.rereadEvidence();
  for (const file of changed) analyzer.buffers.touch(file);
  if (isStructural) analyzer.reopenProjects();
  checks.start();
}
