import { Disposable, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { Reader, Runs } from './contracts.ts';
import { finishAbandoned } from './finishAbandoned.ts';
import { FollowedRuns } from './followRuns.ts';
import { TraceReader } from './traceReader.ts';

/** What all that shows or starts runs builds on. */
export interface Tracing extends Disposable {
  readonly runs: Runs;
  readonly reader: Reader;
}

export function followTracing(context: ExtensionContext, log: LogOutputChannel): Tracing {
  const runs = new FollowedRuns(log);
  const reader = new TraceReader(context.asAbsolutePath('dist/reader.cjs'), log);
  const parts = Disposable.from(
    runs,
    reader,
    reader.onDidMakeRun((root) => runs.noteRoot(root)),
  );
  void finishAbandoned(runs, reader, log);
  return { runs, reader, dispose: () => void parts.dispose() };
}
