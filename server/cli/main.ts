#!/usr/bin/env node
import { runCli } from './runCli.ts';

// From source the thread's script lies beside this one; the bundle gives it a name of its own.
const workerScript = new URL(import.meta.url.endsWith('.ts') ? './lintWorker.ts' : './lint-worker.js', import.meta.url);
process.exitCode = await runCli(process.argv, workerScript);
