import type { FilePath } from '#analysis/finding.ts';
import { allSafeFixes } from './allSafeFixes.ts';
import { toDiagnostic } from './diagnostics.ts';
import { evidenceView } from './evidenceView.ts';
import { fixesAt } from './fixesAt.ts';
import { sharedSlots, type FromWorker, type Job, type JobResult, type LogLevel, type ToWorker } from './jobs.ts';
import type { Judging } from './openProgram.ts';
import { Programs } from './programs.ts';
import { runFindings } from './runFindings.ts';

/** Thrown at a checkpoint when the main thread no longer wants the answer. */
class Canceled extends Error {
  override readonly name = 'Canceled';
}

/** The analysis thread's side of the conversation: keeps the programs open between jobs. */
export class Answers {
  readonly #shared: Int32Array;
  readonly #programs: Programs;

  /** @param shared the slots of `sharedSlots` */
  constructor(shared: Int32Array, post: (message: FromWorker) => void) {
    this.#shared = shared;
    this.#programs = new Programs({
      log: (level: LogLevel, message: string) => post({ kind: 'log', level, message }),
      engine: (description: string) => post({ kind: 'engine', description }),
    });
  }

  /** Never rejects: what goes wrong is part of the answer. */
  async answer({ id, job, changes, settings, isEvidenceNew }: ToWorker): Promise<FromWorker> {
    try {
      if (settings !== undefined) this.#programs.configure(settings);
      if (isEvidenceNew) this.#programs.expireEvidence();
      this.#programs.change(changes);
      return { kind: 'done', id, result: await this.#run(job, () => this.#checkpoint(id)) };
    } catch (error) {
      if (error instanceof Canceled) return { kind: 'canceled', id };
      // What the programs know may be half done; opening them anew is slow, but right.
      this.#programs.distrust();
      return { kind: 'failed', id, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }

  async #run(job: Job, checkpoint: () => void): Promise<JobResult> {
    const start = performance.now();
    checkpoint();
    if (job.kind === 'runFindings') return this.#judgeRun(job, checkpoint);
    const judging = await this.#programs.judging(job.file, checkpoint);
    switch (job.kind) {
      case 'check':
        return this.#check(judging, job.scope, start);
      case 'fix':
        return { kind: 'fix', fixes: judging === undefined ? [] : fixesAt(judging, job.range) };
      case 'fixAll':
        return { kind: 'fixAll', edits: judging === undefined ? [] : allSafeFixes(judging) };
      default:
        return job satisfies never;
    }
  }

  async #judgeRun({ file, batch }: Extract<Job, { kind: 'runFindings' }>, checkpoint: () => void): Promise<JobResult> {
    const judging = await this.#programs.judgingOfRun(file, batch, checkpoint);
    return { kind: 'runFindings', findings: judging === undefined ? [] : runFindings(judging, batch.root) };
  }

  #check(judging: Judging | undefined, scope: 'local' | 'program', start: number): JobResult {
    if (judging === undefined) {
      const ms = performance.now() - start;
      return { kind: 'check', diagnostics: [], scope: 'program', neighbors: [], evidence: undefined, ms };
    }
    const judgment = judging.program.judge(judging, scope);
    const linesOf = (file: FilePath) => judging.program.linesOf(file);
    const diagnostics = judgment.entries.map(({ finding }) => toDiagnostic(finding, linesOf));
    const neighbors = this.#programs.buffersOf(judging.program);
    const evidence = evidenceView(judging, judgment.entries);
    return { kind: 'check', diagnostics, scope: judgment.scope, neighbors, evidence, ms: performance.now() - start };
  }

  #checkpoint(id: number): void {
    Atomics.add(this.#shared, sharedSlots.pulse, 1);
    if (Atomics.load(this.#shared, sharedSlots.cancel) === id) throw new Canceled();
  }
}
