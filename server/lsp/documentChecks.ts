import type { FilePath } from '#analysis/finding.ts';
import type { AnalysisScope, AnalyzedParams } from '#protocol/lsp.ts';
import type { Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer } from './analyzer.ts';
import type { EvidenceView } from './evidenceView.ts';
import { pathOfUri } from './fileUris.ts';
import { priorities, type Priority } from './jobQueue.ts';

/** Where results go. */
export interface ChecksListener {
  /** The findings of a version; `undefined` version clears a closed file. */
  publish(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]): void;
  analyzed(result: AnalyzedParams): void;
  /** What runs showed of a version. */
  showed(uri: string, version: number, view: EvidenceView | undefined): void;
  /** A file was closed, and all that was said of it is taken back. */
  closed(uri: string): void;
  /** Work began or ended. */
  progressed(): void;
  /** A check threw: a bug of ours. */
  failed(error: unknown): void;
}

/** An open file that can be analyzed. */
interface OpenFile {
  /** Always the newest text: the document changes in place. */
  readonly document: TextDocument;
  readonly path: FilePath;
  /** Version of the last event, to tell a change from an event without one. */
  version: number;
  timer: NodeJS.Timeout | undefined;
  /** Findings of the last published version. */
  findings: number;
}

/** Keeps the findings of all open files up to date: when to check which file, and what of the results still counts. */
export class DocumentChecks {
  readonly #analyzer: Analyzer;
  readonly #listener: ChecksListener;
  readonly #debounceMs: number;
  readonly #files = new Map<string, OpenFile>();
  #isStarted = false;

  constructor(analyzer: Analyzer, debounceMs: number, listener: ChecksListener) {
    this.#analyzer = analyzer;
    this.#debounceMs = debounceMs;
    this.#listener = listener;
  }

  /** Open files, and findings in them. */
  get counts(): { readonly openFiles: number; readonly findings: number } {
    const files = [...this.#files.values()];
    return { openFiles: files.length, findings: files.reduce((sum, file) => sum + file.findings, 0) };
  }

  /** An open file; `undefined` when it is not open, or not a file on this machine. */
  documentOf(uri: string): { readonly document: TextDocument; readonly path: FilePath } | undefined {
    return this.#files.get(uri);
  }

  /** The path of an open file; `undefined` when it is not open, or not a file on this machine. */
  pathOf(uri: string): FilePath | undefined {
    return this.#files.get(uri)?.path;
  }

  open(document: TextDocument): void {
    const path = pathOfUri(document.uri);
    if (path === undefined) return;
    this.#analyzer.buffers.set(path, () => document.getText());
    const file: OpenFile = { document, path, version: document.version, timer: undefined, findings: 0 };
    this.#files.set(document.uri, file);
    this.#start(file);
  }

  change(document: TextDocument): void {
    const file = this.#files.get(document.uri);
    if (file === undefined || file.version === document.version) return;
    file.version = document.version;
    this.#analyzer.buffers.set(file.path, () => document.getText());
    this.#analyzer.cancelChecks(file.path);
    clearTimeout(file.timer);
    file.timer = setTimeout(() => this.#start(file), this.#debounceMs);
  }

  close(uri: string): void {
    const file = this.#files.get(uri);
    if (file === undefined) return;
    clearTimeout(file.timer);
    this.#files.delete(uri);
    this.#analyzer.buffers.delete(file.path);
    this.#analyzer.cancelChecks(file.path);
    this.#listener.publish(uri, undefined, []);
    this.#listener.closed(uri);
    this.#listener.progressed();
  }

  /** Checks all open files (again), because the settings have arrived or something outside the files changed. */
  start(): void {
    this.#isStarted = true;
    for (const file of this.#files.values()) this.#start(file);
  }

  dispose(): void {
    for (const file of this.#files.values()) clearTimeout(file.timer);
    this.#files.clear();
  }

  #start(file: OpenFile): void {
    clearTimeout(file.timer);
    file.timer = undefined;
    if (!this.#isStarted) return;
    this.#check(file).catch((error: unknown) => this.#listener.failed(error));
    this.#listener.progressed();
  }

  /** What the file itself tells first; what helpers in other files do as soon as the program is known. */
  async #check(file: OpenFile): Promise<void> {
    const reached = await this.#checkOnce(file, 'local', priorities.edit);
    if (reached === undefined) return;
    const neighbors =
      reached.scope === 'program' ? reached : await this.#checkOnce(file, 'program', priorities.program);
    const others = [...this.#files.values()].filter(
      (each) => each !== file && neighbors?.neighbors.includes(each.path) === true,
    );
    await Promise.all(others.map((other) => this.#checkOnce(other, 'program', priorities.neighbor)));
  }

  async #checkOnce(file: OpenFile, scope: AnalysisScope, priority: Priority) {
    const { uri, version } = file.document;
    const result = await this.#analyzer.check(file.path, scope, priority);
    if (result !== undefined && this.#files.get(uri) === file && file.document.version === version) {
      file.findings = result.diagnostics.length;
      this.#listener.publish(uri, version, result.diagnostics);
      this.#listener.showed(uri, version, result.evidence);
      this.#listener.analyzed({ uri, version, scope: result.scope, ms: result.ms, findings: file.findings });
    }
    this.#listener.progressed();
    return result;
  }
}
