import type { FilePath } from '#analysis/finding.ts';
import type { AnalysisScope } from '#protocol/lsp.ts';
import type { CancellationToken, Range } from 'vscode-languageserver';
import { AnalysisThread } from './analysisThread.ts';
import { Buffers } from './buffers.ts';
import { JobQueue, priorities, type Priority } from './jobQueue.ts';
import type { FromWorker, Job, JobResult, LogLevel, RunBatch } from './jobs.ts';
import { restartBudget } from './restartBudget.ts';
import type { ServerSettings } from './settings.ts';

/** What the analyzer tells its owner. */
export interface AnalyzerListener {
  log(level: LogLevel, message: string): void;
  /** Engine and version of TypeScript, once per opened engine. */
  engine(description: string): void;
  /** The worker died too often; nothing is analyzed until `restart`. */
  stopped(): void;
}

/** Result of a job of that kind; `undefined`: replaced by a newer question, or it failed and was logged. */
type ResultOf<Kind extends JobResult['kind']> = Promise<Extract<JobResult, { readonly kind: Kind }> | undefined>;

/** The analysis as the protocol side sees it: questions about open files, answered by the worker in order of urgency. */
export class Analyzer {
  readonly buffers = new Buffers();
  readonly #listener: AnalyzerListener;
  readonly #thread: AnalysisThread;
  readonly #queue: JobQueue;
  readonly #budget = restartBudget({ limit: 5, windowMs: 180_000 });
  #settings: ServerSettings;
  #areSettingsNew = true;
  #isEvidenceNew = false;
  #lastRequest = 0;
  #state: 'new' | 'running' | 'stopped' = 'new';

  constructor(script: URL, settings: ServerSettings, listener: AnalyzerListener) {
    this.#listener = listener;
    this.#settings = settings;
    this.#thread = new AnalysisThread(script, {
      message: (message) => this.#receive(message),
      died: (reason) => this.#recover(reason),
    });
    this.#queue = new JobQueue({ start: (id, job) => this.#send(id, job), cancel: (id) => this.#thread.cancel(id) });
  }

  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Projects are opened anew with the next job. */
  configure(settings: ServerSettings): void {
    this.#settings = settings;
    this.#areSettingsNew = true;
  }

  /** Files came or went, or the project's own configuration changed: all is read anew with the next job. */
  reopenProjects(): void {
    this.#areSettingsNew = true;
  }

  /** Evidence was written: it is read again before the next job. */
  rereadEvidence(): void {
    this.#isEvidenceNew = true;
  }

  /** Findings of an open file. A newer check of the same file and scope replaces an older one. */
  async check(file: FilePath, scope: AnalysisScope, priority: Priority): ResultOf<'check'> {
    return ofKind('check', await this.#put(`check ${scope} ${file}`, priority, { kind: 'check', file, scope }));
  }

  /** Drops the checks of a file: it was closed, or a newer version waits for its quiet moment. */
  cancelChecks(file: FilePath): void {
    this.#queue.drop(`check local ${file}`);
    this.#queue.drop(`check program ${file}`);
  }

  /** Fixes for findings that touch the LSP range of an open file. */
  async fix(file: FilePath, range: Range, token: CancellationToken): ResultOf<'fix'> {
    return ofKind('fix', await this.#ask(priorities.request, { kind: 'fix', file, range }, token));
  }

  /** Edits that apply all safe fixes of an open file. */
  async fixAll(file: FilePath, token: CancellationToken): ResultOf<'fixAll'> {
    return ofKind('fixAll', await this.#ask(priorities.request, { kind: 'fixAll', file }, token));
  }

  /** Findings of one file of a run, when nothing else is to be done. */
  async runFindings(file: FilePath, batch: RunBatch, token: CancellationToken): ResultOf<'runFindings'> {
    return ofKind('runFindings', await this.#ask(priorities.background, { kind: 'runFindings', file, batch }, token));
  }

  /** After `stopped`: a new try with a fresh budget. */
  restart(): void {
    if (this.#state !== 'stopped') return;
    this.#budget.reset();
    this.#start();
  }

  async dispose(): Promise<void> {
    this.#queue.close();
    await this.#thread.dispose();
  }

  /** Somebody waits for this one: it is never replaced by another, only taken back by the client. */
  async #ask(priority: Priority, job: Job, token: CancellationToken): Promise<JobResult | undefined> {
    this.#lastRequest += 1;
    const key = `request ${this.#lastRequest}`;
    const cancellation = token.onCancellationRequested(() => this.#queue.drop(key));
    try {
      return token.isCancellationRequested ? undefined : await this.#put(key, priority, job);
    } finally {
      cancellation.dispose();
    }
  }

  #put(key: string, priority: Priority, job: Job): Promise<JobResult | undefined> {
    if (this.#state === 'new') this.#start();
    return this.#queue.put(key, priority, job);
  }

  #start(): void {
    this.#state = 'running';
    this.#areSettingsNew = true;
    this.buffers.forgetTransfers();
    this.#thread.start();
    this.#queue.resume();
  }

  #send(id: number, job: Job): void {
    const settings = this.#areSettingsNew ? this.#settings : undefined;
    const isEvidenceNew = this.#isEvidenceNew;
    this.#areSettingsNew = false;
    this.#isEvidenceNew = false;
    this.#thread.send({ kind: 'job', id, job, changes: this.buffers.takeChanges(), settings, isEvidenceNew });
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'done':
        return this.#queue.done(message.id, message.result);
      case 'canceled':
        return this.#queue.canceled(message.id);
      case 'failed':
        this.#listener.log('error', message.stack);
        return this.#queue.failed(message.id);
      case 'log':
        return this.#listener.log(message.level, message.message);
      case 'engine':
        return this.#listener.engine(message.description);
      default:
        message satisfies never;
    }
  }

  #recover(reason: string): void {
    this.#listener.log('error', `The analysis ended unexpectedly: ${reason}`);
    this.#queue.crashed();
    if (this.#budget.take(performance.now())) return this.#start();
    this.#state = 'stopped';
    this.#queue.close();
    this.#listener.stopped();
  }
}

function ofKind<Kind extends JobResult['kind']>(kind: Kind, result: JobResult | undefined) {
  return result !== undefined && isKind(kind, result) ? result : undefined;
}

function isKind<Kind extends JobResult['kind']>(
  kind: Kind,
  result: JobResult,
): result is Extract<JobResult, { readonly kind: Kind }> {
  return result.kind === kind;
}
