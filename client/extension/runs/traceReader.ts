import { EventEmitter, l10n, type LogOutputChannel } from 'vscode';
import type { PanelExportFormat } from '#protocol/panel.ts';
import type { ReaderAnswer, ReaderRequest, TasksSnapshot, TraceSource } from '#reader/messages.ts';
import type { Reader, Session, SessionRequest } from './contracts.ts';
import { ReaderThread } from './readerThread.ts';

/** Without a session and without a request, the thread is kept this long. ms */
const idleMs = 20_000;

interface Pending {
  readonly resolve: (folder: string) => void;
  readonly reject: (error: Error) => void;
}

/** The reader as the extension uses it: sessions and requests over one thread. */
export class TraceReader implements Reader {
  readonly #thread: ReaderThread;
  readonly #log: LogOutputChannel;
  readonly #sessions = new Map<number, TraceSession>();
  readonly #pending = new Map<number, Pending>();
  readonly #made = new EventEmitter<string>();
  #last = 0;
  #idle: NodeJS.Timeout | undefined;

  /** Roots of runs that `makeRun` made. */
  readonly onDidMakeRun = this.#made.event;

  /** `script`: absolute path of the reader's program. */
  constructor(script: string, log: LogOutputChannel) {
    this.#log = log;
    this.#thread = new ReaderThread(script, {
      answer: (answer) => this.#take(answer),
      died: (reason) => this.#fail(reason),
    });
  }

  open(source: TraceSource): Session {
    clearTimeout(this.#idle);
    const number = ++this.#last;
    const session = new TraceSession(source, {
      post: (request) => this.#thread.send({ ...request, session: number }),
      export: async (format, file) => {
        await this.#ask((request) => ({ kind: 'export', request, session: number, format, file }));
      },
      close: () => this.#close(number),
    });
    this.#sessions.set(number, session);
    session.begin();
    return session;
  }

  async finish(folder: string): Promise<void> {
    await this.#ask((request) => ({ kind: 'finish', request, folder }));
  }

  async makeRun(root: string, command: string): Promise<string> {
    const folder = await this.#ask((request) => ({ kind: 'makeRun', request, root, command }));
    this.#made.fire(root);
    return folder;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#made.dispose();
    this.#sessions.clear();
    for (const { reject } of this.#pending.values()) reject(new Error(l10n.t('The window closes')));
    this.#pending.clear();
    this.#thread.stop().catch((error: unknown) => this.#log.error(String(error)));
  }

  #ask(request: (number: number) => ReaderRequest): Promise<string> {
    clearTimeout(this.#idle);
    const number = ++this.#last;
    const answer = new Promise<string>((resolve, reject) => this.#pending.set(number, { resolve, reject }));
    this.#thread.send(request(number));
    return answer;
  }

  #take(answer: ReaderAnswer): void {
    if ('request' in answer && answer.request !== undefined) return this.#settle(answer.request, answer);
    if ('session' in answer && answer.session !== undefined) return this.#sessions.get(answer.session)?.take(answer);
    if (answer.kind === 'failed') this.#log.error(answer.message);
  }

  #settle(request: number, answer: ReaderAnswer): void {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    if (answer.kind === 'failed') pending?.reject(new Error(answer.message));
    else pending?.resolve(answer.kind === 'made' ? answer.folder : '');
    this.#restSoon();
  }

  /** A trace may be such that reading it ends the thread, so nothing is begun again unasked. */
  #fail(reason: string): void {
    this.#log.error(`The reader of traces ended: ${reason}`);
    const message = l10n.t('The reader of traces ended; the output says why. Show the trace again to read it anew.');
    for (const { reject } of this.#pending.values()) reject(new Error(message));
    this.#pending.clear();
    for (const [session, each] of this.#sessions) each.lose({ kind: 'failed', session, message });
  }

  #close(session: number): void {
    if (!this.#sessions.delete(session)) return;
    if (this.#thread.isRunning) this.#thread.send({ kind: 'close', session });
    this.#restSoon();
  }

  #restSoon(): void {
    clearTimeout(this.#idle);
    if (this.#sessions.size > 0 || this.#pending.size > 0) return;
    this.#idle = setTimeout(() => {
      this.#thread.stop().catch((error: unknown) => this.#log.error(String(error)));
    }, idleMs);
  }
}

type WithoutNumber<T> = T extends unknown ? Omit<T, 'session'> : never;

/** What a session asks of the reader it belongs to. */
interface SessionOwner {
  post(request: SessionRequest | WithoutNumber<Extract<ReaderRequest, { kind: 'open' }>>): void;
  export(format: PanelExportFormat, file: string): Promise<void>;
  close(): void;
}

class TraceSession implements Session {
  readonly #source: TraceSource;
  readonly #owner: SessionOwner;
  readonly #answers = new EventEmitter<ReaderAnswer>();
  readonly #tasks = new EventEmitter<TasksSnapshot>();
  #isOpen = false;
  /** Something failed: the reader may have no such session any more. */
  #hasFailed = false;
  #isDisposed = false;

  readonly onAnswer = this.#answers.event;
  readonly onTasks = this.#tasks.event;

  constructor(source: TraceSource, owner: SessionOwner) {
    this.#source = source;
    this.#owner = owner;
  }

  begin(): void {
    this.#isOpen = true;
    this.#hasFailed = false;
    this.#owner.post({ kind: 'open', source: this.#source });
  }

  /** After its thread died, or it could not be read, a session begins again when somebody wants to see it. */
  send(request: SessionRequest): void {
    if (this.#isDisposed) return;
    if ((!this.#isOpen || this.#hasFailed) && isWish(request)) this.begin();
    if (this.#isOpen) this.#owner.post(request);
  }

  export(format: PanelExportFormat, file: string): Promise<void> {
    return this.#owner.export(format, file);
  }

  take(answer: ReaderAnswer): void {
    if (answer.kind === 'tasks') this.#tasks.fire(answer.tasks);
    if (answer.kind === 'failed') this.#hasFailed = true;
    this.#answers.fire(answer);
  }

  lose(answer: ReaderAnswer): void {
    this.#isOpen = false;
    this.#answers.fire(answer);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#owner.close();
    this.#answers.dispose();
    this.#tasks.dispose();
  }
}

function isWish(request: SessionRequest): boolean {
  return (
    (request.kind === 'watchTasks' && request.isWanted) ||
    (request.kind === 'panel' && request.message.kind === 'ready')
  );
}
