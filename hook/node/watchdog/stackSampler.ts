import { ring } from '#protocol/records.ts';
import type { DrainContext } from '../contracts.ts';
import { debuggerWord } from '../detect/debuggerFlag.ts';
import type { TakenStack } from './blockNote.ts';
import { currentTask } from './currentTask.ts';
import { samplePausedStack } from './pausedStack.ts';
import { sampleProfiledStack } from './profiledStack.ts';
import { sampleBudget } from './sampleBudget.ts';
import type { SampleAttempt, StackSample } from './stackSample.ts';

/** Takes samples of one block. */
export interface StackSampler {
  /** The block goes on: it stands for that long, in µs. */
  follow(now: number, standing: number): void;
  /** Whether a sample is under way. */
  isWaiting(): boolean;
  /** It is over, after that many µs. Nothing of a sample under way stays. `debugger`: it was no block. */
  end(now: number, blockUs: number): SampledStacks | 'debugger';
}

export interface SampledStacks {
  readonly stacks: readonly TakenStack[];
  /** How long samples held the thread up, in µs. */
  readonly heldUs: number;
}

export interface SamplerOptions {
  readonly isOwn: (file: string) => boolean;
  readonly thresholdUs: number;
}

/** Samples of one block at most. The first is taken at the threshold, each next one when the block has become this much longer. */
const mostSamples = 5;
const growth = 3;

/** A sample, and what it must be judged by at the end. */
interface Taken extends TakenStack {
  readonly at: number;
  /** Records were written between the request and the sample, by another task: it may show what came after the block. */
  readonly isDoubtful: boolean;
}

/** Samplers for the blocks of one thread. Threads other than the main one cannot be reached: they have none. */
export function stackSampler(context: DrainContext, options: SamplerOptions): (task: number) => StackSampler {
  const budget = sampleBudget();
  if (context.thread !== 0) return () => noSampler;

  return (task) => {
    const taken: Taken[] = [];
    let asked = 0;
    let dueUs = options.thresholdUs;
    let standingUs = 0;
    let attempt: SampleAttempt | undefined;
    let heldUs = 0;
    let isDebugger = false;

    function ask(now: number): void {
      asked += 1;
      const { count } = context.heartbeat;
      const askedUs = standingUs;
      const head = context.header[ring.head];
      let isOver = false;
      const onSample = (sample: StackSample): void => {
        isOver = true;
        spend();
        const at = context.nowUs();
        // Counted from its end: after a native call, or while the thread is still let go, another one would tell nothing.
        dueUs = (askedUs + at - now) * growth;
        if (sample.kind === 'debugger') isDebugger = true;
        if (sample.kind !== 'stack' || context.heartbeat.count !== count) return;
        const hasMoved = context.header[ring.head] !== head && currentTask(context) !== task;
        taken.push({ source: sample.source, frames: sample.frames, at, isDoubtful: hasMoved });
      };
      const take = context.header[debuggerWord] === 1 ? sampleProfiledStack : samplePausedStack;
      const started = take({ isOwn: options.isOwn, onSample });
      if (!isOver) attempt = started;
    }

    function spend(): void {
      const us = attempt?.heldUs() ?? 0;
      attempt = undefined;
      heldUs += us;
      budget.spend(us);
    }

    return {
      follow(now, standing) {
        standingUs = standing;
        if (attempt !== undefined || isDebugger || asked === mostSamples || standing < dueUs) return;
        if (budget.allows(now)) ask(now);
      },
      isWaiting: () => attempt !== undefined,
      end(now, blockUs) {
        attempt?.cancel();
        spend();
        const lastUs = Math.max(10_000, blockUs / 10);
        if (isDebugger) return 'debugger';
        return { stacks: taken.filter(({ isDoubtful, at }) => !isDoubtful || now - at > lastUs), heldUs };
      },
    };
  };
}

const noSampler: StackSampler = { follow() {}, isWaiting: () => false, end: () => ({ stacks: [], heldUs: 0 }) };
