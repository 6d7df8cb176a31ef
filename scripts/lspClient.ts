import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CodeAction,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type TextEdit,
} from 'vscode-languageserver/node';
import {
  analyzedNotification,
  statusNotification,
  type AnalyzedParams,
  type InitializationOptions,
  type StatusParams,
} from '#protocol/lsp.ts';

/** What a test may set up. */
export interface ClientSetup {
  /** Files of the workspace by their path in it. */
  readonly files: Readonly<Record<string, string>>;
  readonly options?: InitializationOptions;
  /** The section `rubato` of the settings. */
  readonly settings?: object;
  /** Program to start; default: the one in dist/. */
  readonly server?: string;
}

/** Longest wait for something the server should send, in ms: only a broken server lets a test wait so long. */
const patienceMs = 30_000;

/** A client of the built server over stdio, with a workspace of its own. */
export class Client {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly root: string;
  /** Folder of the server's temporary files. */
  readonly temporary: string;
  readonly published: PublishDiagnosticsParams[] = [];
  readonly analyzed: AnalyzedParams[] = [];
  readonly statuses: StatusParams[] = [];
  /** Methods by which the server asked to be asked again. */
  readonly refreshes: string[] = [];
  /** What the server logged. */
  readonly log: string[] = [];
  readonly #waiting = new Set<() => void>();
  /** The section `rubato` that the client answers with. */
  settings: object;

  constructor({ files, settings, server = 'dist/server.js' }: ClientSetup) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'rubato-lsp-')));
    this.temporary = mkdtempSync(join(tmpdir(), 'rubato-lsp-tmp-'));
    this.settings = settings ?? {};
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.process = spawn(process.execPath, [server, '--stdio'], {
      env: { ...process.env, TMPDIR: this.temporary, TEMP: this.temporary, TMP: this.temporary },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.process;
    if (stdin === null || stdout === null) throw new Error('The server has no pipes');
    const reader = new StreamMessageReader(stdout);
    // Half a message of a killed server would keep this timer going for ever.
    reader.partialMessageTimeout = 0;
    this.connection = createProtocolConnection(reader, new StreamMessageWriter(stdin));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
      this.#note(this.published, params),
    );
    this.connection.onNotification(analyzedNotification, (params: AnalyzedParams) => this.#note(this.analyzed, params));
    this.connection.onNotification(statusNotification, (params: StatusParams) => this.#note(this.statuses, params));
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) =>
      this.#note(this.log, message),
    );
    for (const method of ['workspace/codeLens/refresh', 'workspace/inlayHint/refresh'])
      this.connection.onRequest(method, () => {
        this.#note(this.refreshes, method);
        return null;
      });
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.listen();
  }

  async initialize(options: InitializationOptions = {}): Promise<InitializeResult> {
    const result: InitializeResult = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: this.uri(''),
      workspaceFolders: [{ uri: this.uri(''), name: 'workspace' }],
      capabilities: {
        workspace: {
          configuration: true,
          workspaceFolders: true,
          workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
          codeLens: { refreshSupport: true },
          inlayHint: { refreshSupport: true },
        },
        textDocument: { publishDiagnostics: { relatedInformation: true } },
      },
      initializationOptions: { debounceMs: 0, reportAnalyses: true, canExplainRule: true, ...options },
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  /** URI of a path in the workspace. */
  uri(path: string): string {
    return pathToFileURL(join(this.root, path)).href;
  }

  /** Writes a file of the workspace to disk. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  async open(path: string, text: string, version = 1): Promise<void> {
    const languageId = /\.[cm]?js$/.test(path) ? 'javascript' : 'typescript';
    await this.notify('textDocument/didOpen', { textDocument: { uri: this.uri(path), languageId, version, text } });
  }

  /** Replaces the whole text. */
  change(path: string, version: number, text: string): Promise<void> {
    return this.notify('textDocument/didChange', {
      textDocument: { uri: this.uri(path), version },
      contentChanges: [{ text }],
    });
  }

  close(path: string): Promise<void> {
    return this.notify('textDocument/didClose', { textDocument: { uri: this.uri(path) } });
  }

  notify(method: string, params: object): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  /** Findings of a version once the whole program is known. */
  async findings(path: string, version = 1): Promise<readonly Diagnostic[]> {
    const uri = this.uri(path);
    await this.until(`version ${version} of ${path}`, () =>
      this.analyzed.some((each) => each.uri === uri && each.version === version && each.scope === 'program'),
    );
    return this.shown(path);
  }

  /** Findings last published for a file. */
  shown(path: string): readonly Diagnostic[] {
    return this.published.findLast(({ uri }) => uri === this.uri(path))?.diagnostics ?? [];
  }

  /** Code actions for a place. */
  async actions(path: string, range: Range, only?: readonly string[]): Promise<readonly CodeAction[]> {
    const diagnostics = this.shown(path).filter(
      (each) => each.range.start.line <= range.end.line && each.range.end.line >= range.start.line,
    );
    const context = { diagnostics, ...(only === undefined ? {} : { only }) };
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: this.uri(path) },
      range,
      context,
    });
  }

  /** Waits until messages of the server have made the condition true. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error([`The server did not send ${what}; it logged:`, ...this.log].join('\n'))),
      patienceMs,
    );
    const check = (): void => {
      if (isTrue()) resolve();
    };
    this.#waiting.add(check);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(check);
    });
  }

  /** Orderly end; the server's exit code. */
  async shutdown(): Promise<number | null> {
    const exit = exitOf(this.process);
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return exit;
  }

  dispose(): void {
    this.connection.dispose();
    this.process.kill('SIGKILL');
    this.process.stdout?.destroy();
    for (const folder of [this.root, this.temporary]) rmSync(folder, { recursive: true, force: true });
  }

  #note<Params>(list: Params[], params: Params): void {
    list.push(params);
    for (const check of this.#waiting) check();
  }
}

/** A client after `initialize`, gone when the test ends. */
export async function startClient(t: { after(end: () => void): void }, setup: ClientSetup): Promise<Client> {
  const client = new Client(setup);
  t.after(() => client.dispose());
  await client.initialize(setup.options);
  return client;
}

/** Exit code of a process when it ends; `null` when a signal ended it. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

/** A text after edits of one code action. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Range['start']): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  const sorted = edits.toSorted((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce(
    (result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
    text,
  );
}
