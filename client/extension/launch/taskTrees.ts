import path from 'node:path';
import {
  Disposable,
  DocumentLink,
  EventEmitter,
  languages,
  Range,
  Uri,
  window,
  workspace,
  type TextDocument,
} from 'vscode';
import { placesIn } from './psOutput.ts';

/** Scheme of read-only documents that hold what `rubato ps` printed. */
const scheme = 'rubato-tasks';

interface Tree {
  readonly text: string;
  /** Folder that places are relative to. */
  readonly cwd: string;
}

/** Documents with the suspended functions of a process, each place a link. */
export class TaskTrees extends Disposable {
  readonly #trees = new Map<string, Tree>();
  readonly #changed = new EventEmitter<Uri>();
  readonly #parts: Disposable;

  constructor() {
    super(() => this.#parts.dispose());
    const content = {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri: Uri) => this.#trees.get(uri.path)?.text,
    };
    this.#parts = Disposable.from(
      this.#changed,
      workspace.registerTextDocumentContentProvider(scheme, content),
      languages.registerDocumentLinkProvider({ scheme }, { provideDocumentLinks: (document) => this.#links(document) }),
      workspace.onDidCloseTextDocument(({ uri }) => uri.scheme === scheme && this.#trees.delete(uri.path)),
    );
  }

  /** Shows the text for a process; a document that is open for it is renewed. `cwd`: absolute. */
  async show(pid: number, text: string, cwd: string): Promise<void> {
    const uri = Uri.from({ scheme, path: `/async tasks of ${pid}` });
    this.#trees.set(uri.path, { text, cwd });
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false });
  }

  #links(document: TextDocument): DocumentLink[] {
    const tree = this.#trees.get(document.uri.path);
    if (tree === undefined) return [];
    return placesIn(document.getText()).map(({ file, line, column, start, end }) => {
      const target = Uri.file(path.resolve(tree.cwd, file)).with({ fragment: `L${line},${column}` });
      return new DocumentLink(new Range(document.positionAt(start), document.positionAt(end)), target);
    });
  }
}
