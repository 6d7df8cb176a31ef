import type { BlockNote, Frame, Note, RejectionNote } from '#protocol/messages.ts';
import { amountOf, choiceOf, countOf, listOf, textOf, type Fields } from './fields.ts';

/** A note of the hook; `undefined` for kinds to come and what is no note. */
export function parseNote(fields: Fields): Note | undefined {
  switch (textOf(fields, 'kind')) {
    case 'block':
      return parseBlock(fields);
    case 'gc':
      return {
        kind: 'gc',
        start: countOf(fields, 'start'),
        durationUs: countOf(fields, 'durationUs'),
        type: choiceOf(fields, 'type', ['scavenge', 'mark-sweep', 'incremental', 'weak', 'unknown']) ?? 'unknown',
      };
    case 'rejection':
      return parseRejection(fields);
    case 'lost':
      return {
        kind: 'lost',
        time: countOf(fields, 'time'),
        task: countOf(fields, 'task'),
        site: countOf(fields, 'site'),
        waitsAt: countOf(fields, 'waitsAt'),
        sampling: countOf(fields, 'sampling'),
      };
    default:
      return parseSmallNote(fields);
  }
}

function parseSmallNote(fields: Fields): Note | undefined {
  switch (textOf(fields, 'kind')) {
    case 'gap':
      return {
        kind: 'gap',
        time: countOf(fields, 'time'),
        words: countOf(fields, 'words'),
        reason: choiceOf(fields, 'reason', ['overrun', 'disk-bound', 'disk-fault']) ?? 'overrun',
      };
    case 'trigger':
      return {
        kind: 'trigger',
        time: countOf(fields, 'time'),
        reason: choiceOf(fields, 'reason', ['block', 'rejection', 'exit', 'request']) ?? 'request',
      };
    case 'untraced':
      return {
        kind: 'untraced',
        what: choiceOf(fields, 'what', ['thread', 'process']) ?? 'process',
        reason:
          choiceOf(fields, 'reason', ['no-preload', 'cap', 'tool', 'unsupported', 'fault', 'coverage']) ?? 'fault',
      };
    case 'fault':
      return { kind: 'fault', part: textOf(fields, 'part') ?? '', message: textOf(fields, 'message', 400) ?? '' };
    default:
      return undefined;
  }
}

function parseBlock(fields: Fields): BlockNote {
  const frames = parseFrames(fields, 12);
  const culprit = amountOf(fields, 'culprit');
  return {
    kind: 'block',
    start: countOf(fields, 'start'),
    durationUs: countOf(fields, 'durationUs'),
    task: countOf(fields, 'task'),
    frames,
    ...(culprit !== undefined && culprit < frames.length ? { culprit: Math.floor(culprit) } : {}),
    sites: listOf(fields, 'sites', 64).map((each) => ({
      site: countOf(each, 'site'),
      durationUs: countOf(each, 'durationUs'),
    })),
    gcUs: countOf(fields, 'gcUs'),
    source: choiceOf(fields, 'source', ['pause', 'profile', 'timed', 'microtasks', 'none']) ?? 'none',
  };
}

function parseRejection(fields: Fields): RejectionNote {
  const windowUs = amountOf(fields, 'windowUs');
  return {
    kind: 'rejection',
    outcome: choiceOf(fields, 'outcome', ['unhandled', 'late']) ?? 'unhandled',
    time: countOf(fields, 'time'),
    id: countOf(fields, 'id'),
    errorClass: textOf(fields, 'errorClass', 128) ?? '',
    task: countOf(fields, 'task'),
    site: countOf(fields, 'site'),
    frames: parseFrames(fields, 8),
    ...(windowUs === undefined ? {} : { windowUs }),
  };
}

function parseFrames(fields: Fields, max: number): readonly Frame[] {
  return listOf(fields, 'frames', max).map((each) => ({
    name: textOf(each, 'name') ?? '',
    file: textOf(each, 'file', 4096) ?? '',
    line: countOf(each, 'line'),
    column: countOf(each, 'column'),
  }));
}
