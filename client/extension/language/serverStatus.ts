import { commands, Disposable, EventEmitter, type Event } from 'vscode';
import { statusNotification, type StatusParams } from '#protocol/lsp.ts';
import { State, type LanguageClient } from 'vscode-languageclient/node';

/** What the server says of itself, for everything that shows it. */
export interface ServerStatus extends Disposable {
  /** `undefined`: nothing was heard since it was started. */
  readonly last: StatusParams | undefined;
  readonly onDidChange: Event<StatusParams>;
  /** The walkthrough was opened: its steps are checked off by what was so before, too. */
  checkSteps(): void;
}

/**
 * Listens to the server's status; a client has one listener per notification, and this is it.
 * The walkthrough checks its steps off by two contexts: `rubato.hasFindings` and `rubato.hasConfirmed`.
 */
export function serverStatus(client: LanguageClient): ServerStatus {
  const changes = new EventEmitter<StatusParams>();
  let last: StatusParams | undefined;
  const steps = new CheckedSteps();
  const listening = Disposable.from(
    changes,
    client.onNotification(statusNotification, (status: StatusParams) => {
      last = status;
      changes.fire(status);
      if (status.findings > 0) steps.check('rubato.hasFindings');
      if ((status.evidence?.confirmed ?? 0) > 0) steps.check('rubato.hasConfirmed');
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) last = undefined;
    }),
  );
  return {
    get last() {
      return last;
    },
    onDidChange: changes.event,
    checkSteps: () => steps.opened(),
    dispose: () => listening.dispose(),
  };
}

/**
 * Contexts that stay true once they were. VS Code hears of them only from when it knows its walkthroughs, in some windows not before the
 * first is opened, and one that is true by then never checks its step off. So each has a second name, `…Before`, set after that.
 */
class CheckedSteps {
  readonly #told = new Set<string>();
  #isOpen = false;

  check(context: string): void {
    if (this.#told.has(context)) return;
    this.#told.add(context);
    setContext(context);
    if (this.#isOpen) setContext(`${context}Before`);
  }

  opened(): void {
    if (!this.#isOpen) for (const context of this.#told) setContext(`${context}Before`);
    this.#isOpen = true;
  }
}

function setContext(name: string): void {
  void commands.executeCommand('setContext', name, true);
}
