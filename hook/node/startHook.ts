import type { Tracing } from './processes/decideTracing.ts';
import { openRegister, registerThread } from './processes/threads.ts';

/** Starts the hook in this thread (dist/hook-main.cjs). Never throws. */
export function startHook({ settings, register = openRegister(settings) }: Tracing): void {
  registerThread(register);
}
