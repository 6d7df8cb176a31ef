import type { CancellationToken } from 'vscode-languageserver';
import type { EvidenceView } from './evidenceView.ts';

/** What is known of an open file. */
interface Known {
  /** Version of the text that the view is of. */
  readonly version: number;
  readonly view: EvidenceView | undefined;
}

/** What a client was given last of a file: `undefined` nothing, because there was none. */
interface Answered {
  readonly revision: number | undefined;
}

/** A client asks for a version before its check is done; where none comes, the answer is what is known. ms */
const patienceMs = 2000;

/**
 * Evidence of the open files, as the last check of each found it. Nothing is analyzed for who asks here: a question about a text that is being
 * checked waits for that check.
 */
export class EvidenceViews {
  readonly #known = new Map<string, Known>();
  readonly #answered = new Map<string, Answered>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #refresh: () => void;

  /** @param refresh what was given for a file does not hold any more, though its text does */
  constructor(refresh: () => void) {
    this.#refresh = refresh;
  }

  /** The newest run that any open file was checked with, and findings that runs confirmed. */
  get summary(): { readonly endedAt: number; readonly confirmed: number; readonly observed: number } | undefined {
    const views = [...this.#known.values()].flatMap(({ view }) => view ?? []);
    const findings = views.flatMap((view) => view.findings);
    const count = (state: string) => findings.filter((each) => each.state === state).length;
    return views.length === 0
      ? undefined
      : {
          endedAt: Math.max(...views.flatMap(({ runs }) => runs.map(({ endedAt }) => endedAt))),
          confirmed: count('confirmed'),
          observed: count('observed'),
        };
  }

  /** A check is done. */
  set(uri: string, version: number, view: EvidenceView | undefined): void {
    this.#known.set(uri, { version, view });
    this.#wake(uri);
    const answered = this.#answered.get(uri);
    if (answered === undefined || answered.revision === view?.revision) return;
    this.#answered.delete(uri);
    this.#refresh();
  }

  /** The file is closed. */
  delete(uri: string): void {
    this.#known.delete(uri);
    this.#answered.delete(uri);
    this.#wake(uri);
  }

  /** Evidence of this version of an open file; of an older one when its check takes long. */
  async of(uri: string, version: number, token: CancellationToken): Promise<EvidenceView | undefined> {
    const known = this.#known.get(uri);
    // Without evidence there was nothing to show before the edit, and there is not behind it.
    const isCurrent = known !== undefined && (known.version >= version || known.view === undefined);
    if (!isCurrent) await this.#next(uri, token);
    const view = this.#known.get(uri)?.view;
    this.#answered.set(uri, { revision: view?.revision });
    return view;
  }

  #next(uri: string, token: CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(uri) ?? new Set();
      const timer = setTimeout(end, patienceMs).unref();
      const cancellation = token.onCancellationRequested(end);
      function end(): void {
        clearTimeout(timer);
        cancellation.dispose();
        waiting.delete(end);
        resolve();
      }
      this.#waiting.set(uri, waiting.add(end));
    });
  }

  #wake(uri: string): void {
    const waiting = this.#waiting.get(uri) ?? [];
    this.#waiting.delete(uri);
    for (const end of [...waiting]) end();
  }
}
