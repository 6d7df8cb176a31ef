import { exitCodes, type ExitCode } from './exitCodes.ts';

/** Ctrl-C and the polite request to end, while something is under way. */
export interface Interrupts {
  /** Aborts at the first of them. */
  readonly signal: AbortSignal;
  /** The code to end with; `undefined` when there was no interrupt. */
  exitCode(): ExitCode | undefined;
  /** From now on they end the process at once again. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM. The second one ends the process at once: who presses Ctrl-C twice does not want a report. */
export function interrupts(): Interrupts {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const receive = (received: ExitCode): void => {
    if (code !== undefined) process.exit(received);
    code = received;
    controller.abort();
  };
  const onInterrupt = (): void => receive(exitCodes.interrupted);
  const onTerminate = (): void => receive(exitCodes.terminated);
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose: () => void process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate),
  };
}
