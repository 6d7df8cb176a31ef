import type { RunManifest } from '#protocol/runFolder.ts';
import type { TasksSnapshot } from '#reader/messages.ts';
import { plainText } from '../panel/plainText.ts';
import { ageText, blockText, type Words } from './taskWords.ts';

/** What is known of the run that the view shows. */
export interface ShownRun {
  readonly manifest: RunManifest;
  readonly isAlive: boolean;
  /** Absent until the reader has told of it. */
  readonly tasks: TasksSnapshot | undefined;
  /** Why there is nothing to show. */
  readonly problem: string | undefined;
}

/** The line above the tasks: a warning first, then what runs and how much of it lives. `now`: ms since 1970. */
export function tasksMessage({ manifest, isAlive, tasks, problem }: ShownRun, now: number, l10n: Words): string {
  if (problem !== undefined) return plainText(problem);
  const title = plainText(manifest.command);
  const blocked = tasks?.blockedMs ?? 0;
  const isOver = !isAlive || tasks?.state === 'ended';
  const warning = blocked > 0 && !isOver ? [l10n.t('⚠ Event loop blocked since {0}', blockText(blocked, l10n))] : [];
  const state = isOver ? endText(title, manifest, { now, l10n }) : l10n.t('{0} is running', title);
  return [...warning, state, aliveText(tasks, isOver, l10n)].join(' · ');
}

interface Telling {
  readonly now: number;
  readonly l10n: Words;
}

function endText(title: string, { endedAt, exitCode, signal }: RunManifest, { now, l10n }: Telling): string {
  const reason = signal === undefined ? (exitCode ?? 0) : signal;
  const how = reason === 0 ? '' : ` (${typeof reason === 'number' ? l10n.t('exit code {0}', reason) : reason})`;
  if (endedAt === undefined) return l10n.t('{0} ended{1}', title, plainText(how));
  const age = now - endedAt;
  return age < 5000
    ? l10n.t('{0} ended just now{1}', title, plainText(how))
    : l10n.t('{0} ended {1} ago{2}', title, ageText(age, l10n), plainText(how));
}

function aliveText(tasks: TasksSnapshot | undefined, isOver: boolean, l10n: Words): string {
  if (tasks === undefined) return l10n.t('reading its trace…');
  const { alive } = tasks;
  if (isOver) {
    if (alive === 0) return l10n.t('all tasks ended');
    return alive === 1 ? l10n.t('1 task never ended') : l10n.t('{0} tasks never ended', alive);
  }
  if (alive === 0) return l10n.t('no task is alive');
  return alive === 1 ? l10n.t('1 task alive') : l10n.t('{0} tasks alive', alive);
}
