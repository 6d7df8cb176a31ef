import type { HookContext } from '../contracts.ts';
import { inspectorModule } from './inspectorModule.ts';

/** Header word of the ring: 1 while the thread's inspector listens, so that a debugger of the user's may be attached. */
export const debuggerWord = 15;

/** VS Code sets it for the programs that it debugs; its own preload opens the inspector after ours has run. */
const editorVariable = 'VSCODE_INSPECTOR_OPTIONS';

/**
 * Looks whether the inspector listens; the drain worker cannot see it. It may be opened at any time (SIGUSR1), so the caller looks again now and then.
 */
export function debuggerFlag({ recorder }: HookContext): () => void {
  const inspector = inspectorModule();
  const isDebugged = editorVariable in process.env;
  return () => {
    recorder.header[debuggerWord] = isDebugged || inspector?.url() !== undefined ? 1 : 0;
  };
}
