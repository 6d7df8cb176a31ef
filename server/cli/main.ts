#!/usr/bin/env node
import { runCli } from './runCli.ts';

// From source the thread's script lies beside this one; the bundle gives it a name of its own. The hook is always a bundle.
const [workerScript, hook] = import.meta.url.endsWith('.ts')
  ? ['./lintWorker.ts', '../../dist/hook.cjs']
  : ['./lint-worker.js', './hook.cjs'];
process.exitCode = await runCli(process.argv, {
  workerScript: new URL(workerScript, import.meta.url),
  hook: new URL(hook, import.meta.url),
});
