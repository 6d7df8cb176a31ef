import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { HostMessage } from '#protocol/panel.ts';
import type { ReaderAnswer, ReaderRequest, TasksSnapshot } from '#reader/messages.ts';

/** The reader in a thread of its own, as the extension host starts it. */
export interface ReaderThread {
  readonly answers: readonly ReaderAnswer[];
  post(request: ReaderRequest): void;
  /** The first answer from number `from` on that `find` makes something of. */
  until<T>(find: (answer: ReaderAnswer) => T | undefined, from?: number): Promise<T>;
}

export interface ReaderOptions {
  /** Heap of the thread in MB. */
  readonly heapMb?: number;
}

/** Ends with the test. Patience ends with the test's own time. */
export function startReader(t: TestContext, { heapMb }: ReaderOptions = {}): ReaderThread {
  const worker = new Worker(new URL('../../client/reader/reader.ts', import.meta.url), {
    execArgv: [],
    ...(heapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
  });
  t.after(() => worker.terminate());
  const answers: ReaderAnswer[] = [];
  const waiting = new Set<{ readonly look: () => void; readonly fail: (error: unknown) => void }>();
  worker.on('message', (answer: ReaderAnswer) => {
    answers.push(answer);
    for (const each of waiting) each.look();
  });
  worker.on('error', (error) => {
    for (const each of waiting) each.fail(error);
  });
  return {
    answers,
    post: (request) => worker.postMessage(request),
    until(find, from = 0) {
      return new Promise((resolve, reject) => {
        let next = from;
        const look = (): void => {
          for (; next < answers.length; next += 1) {
            const answer = answers[next];
            const found = answer === undefined ? undefined : find(answer);
            if (found === undefined) continue;
            waiting.delete(entry);
            return resolve(found);
          }
        };
        const entry = { look, fail: reject };
        waiting.add(entry);
        look();
      });
    },
  };
}

/** For `until`: a message to the panel of that kind, of session 1. */
export function toPanel<K extends HostMessage['kind']>(
  kind: K,
  fits: (message: Extract<HostMessage, { kind: K }>) => boolean = () => true,
): (answer: ReaderAnswer) => Extract<HostMessage, { kind: K }> | undefined {
  return (answer) => {
    if (answer.kind !== 'panel' || !isOf(answer.message, kind)) return undefined;
    return fits(answer.message) ? answer.message : undefined;
  };
}

function isOf<K extends HostMessage['kind']>(
  message: HostMessage,
  kind: K,
): message is Extract<HostMessage, { kind: K }> {
  return message.kind === kind;
}

/** For `until`: tasks that are so. */
export function tasksThat(fit: (tasks: TasksSnapshot) => boolean): (answer: ReaderAnswer) => TasksSnapshot | undefined {
  return (answer) => (answer.kind === 'tasks' && fit(answer.tasks) ? answer.tasks : undefined);
}

/** For `until`: an answer of that kind. */
export function ofKind<K extends ReaderAnswer['kind']>(
  kind: K,
): (answer: ReaderAnswer) => Extract<ReaderAnswer, { kind: K }> | undefined {
  return (answer) => (isAnswer(answer, kind) ? answer : undefined);
}

function isAnswer<K extends ReaderAnswer['kind']>(
  answer: ReaderAnswer,
  kind: K,
): answer is Extract<ReaderAnswer, { kind: K }> {
  return answer.kind === kind;
}
