import { commands, Disposable, EventEmitter, type Event } from 'vscode';
import { statusNotification, type StatusParams } from '#protocol/lsp.ts';
import { State, type LanguageClient } from 'vscode-languageclient/node';

/** What the server says of itself, for everything that shows it. */
export interface ServerStatus extends Disposable {
  /** `undefined`: nothing was heard since it was started. */
  readonly last: StatusParams | undefined;
  readonly onDidChange: Event<StatusParams>;
}

/**
 * Listens to the server's status; a client has one listener per notification, and this is it.
 * The walkthrough checks its steps off by two contexts: `rubato.hasFindings` and `rubato.hasConfirmed`.
 */
export function serverStatus(client: LanguageClient): ServerStatus {
  const changes = new EventEmitter<StatusParams>();
  let last: StatusParams | undefined;
  const tell = tellOnce();
  const listening = Disposable.from(
    changes,
    client.onNotification(statusNotification, (status: StatusParams) => {
      last = status;
      changes.fire(status);
      if (status.findings > 0) tell('rubato.hasFindings');
      if ((status.evidence?.confirmed ?? 0) > 0) tell('rubato.hasConfirmed');
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
    dispose: () => listening.dispose(),
  };
}

/** Sets contexts that stay true once they were. */
function tellOnce(): (context: string) => void {
  const told = new Set<string>();
  return (context) => {
    if (told.has(context)) return;
    told.add(context);
    void commands.executeCommand('setContext', context, true);
  };
}
