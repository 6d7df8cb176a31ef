import type { HostMessage, PanelMessage } from '#protocol/panel.ts';
import { isPanelMessage } from '#protocol/panelGuards.ts';
import type { TraceModel } from '#trace/model.ts';
import { panelFeed, type FindingSource, type PanelFeed } from '#trace/panel/panelFeed.ts';
import type { SourcePlace } from '#trace/sourcePlace.ts';
import { generatedModel, liveViewOf } from './generatedModel.ts';
import type { PageOptions } from './pageOptions.ts';

/** Plays the extension host for the panel's page: in a worker, so that the page is as alone as in an editor. */
addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isStart(data)) start(data.start);
  else if (isPanelMessage(data)) take(data);
  else throw new Error(`The panel sent what it must not: ${JSON.stringify(data)}`);
});

let options: PageOptions = {};
let model: TraceModel | undefined;
let feed: PanelFeed | undefined;
let isPaused = false;

function isStart(value: unknown): value is { readonly start: PageOptions } {
  return typeof value === 'object' && value !== null && 'start' in value;
}

function post(messages: readonly HostMessage[]): void {
  for (const message of messages) postMessage(message);
}

function start(given: PageOptions): void {
  options = given;
  feed = panelFeed({ title: 'node src/server.ts', resolve });
  const tasks = options.tasks ?? 20_000;
  model =
    tasks === 0
      ? { places: [], threads: [], notes: [] }
      : generatedModel({ tasks, concurrency: options.concurrency ?? 40 });
  postMessage({ pageIsReady: true });
}

function resolve(file: string, line: number, column: number): SourcePlace {
  const isInside = file.startsWith('/app/');
  return { file: isInside ? file.slice('/app/'.length) : file, line, column, isInside };
}

function take(message: PanelMessage): void {
  if (feed === undefined || model === undefined) return;
  if (message.kind === 'ready' && model.threads.length > 0) {
    if (options.isLive === true) return goLive(feed, model);
    return postAll(feed, model);
  }
  if (message.kind === 'askWaits') post(feed.waits(model, message.rows));
  if (message.kind === 'setPaused') isPaused = message.isPaused;
  if (message.kind === 'compare') compare(feed, model);
}

function postAll(to: PanelFeed, all: TraceModel): void {
  const begin = performance.now();
  const messages = to.open(all, { state: 'recorded' });
  postMessage({ pageOpens: true, openMs: performance.now() - begin });
  post(messages);
  post(to.findings(findings));
  post(to.stuck(all));
  post(to.statistics(all));
}

function compare(to: PanelFeed, after: TraceModel): void {
  const before = generatedModel({ tasks: 5000, seed: 7, concurrency: 20 });
  const run = (each: TraceModel, name: string) => ({ model: each, resolve, name });
  post(to.compare(run(before, 'run of yesterday'), run(after, 'this run')));
}

/** Messages as often as the editor sends them. */
function goLive(to: PanelFeed, all: TraceModel): void {
  const view = liveViewOf(all);
  const begin = performance.now();
  const now = () => view((performance.now() - begin) * 1000 + (options.startUs ?? 0));
  post(to.open(now(), { state: 'live' }));
  post(to.findings(findings));
  setInterval(() => {
    if (isPaused) return;
    const current = now();
    const block = current.threads[0]?.blocks.at(-1);
    const left = block === undefined ? 0 : block.start + block.durationUs - (current.threads[0]?.endTime ?? 0);
    post(to.update(current, { state: 'live', blockedMs: left > 0 ? left / 1000 : 0 }));
  }, 250);
  setInterval(() => {
    if (!isPaused) post(to.stuck(now()));
  }, 500);
  setInterval(() => {
    if (!isPaused) post(to.statistics(now()));
  }, 3000);
}

const at = (file: string, line: number): SourcePlace => ({ file, line, column: 3, isInside: true });
const findings: readonly FindingSource[] = [
  {
    ruleId: 'blocking-call',
    severity: 'warning',
    message: '`renderInvoice` blocks the event loop: saveOrder -> renderInvoice -> execFileSync',
    at: at('src/orders/invoice.ts', 88),
    verdict: 'confirmed',
    evidence: 'blocked the loop 4 times in the last run, at most 412 ms',
  },
  {
    ruleId: 'floating-promise',
    severity: 'error',
    message: '`sendMail` is not awaited',
    at: at('src/orders/saveOrder.ts', 25),
    verdict: 'confirmed',
    evidence: 'ran 3,212 times unawaited, up to 1.4 s after its starter',
  },
  {
    ruleId: 'sequential-awaits',
    severity: 'hint',
    message: '`loadCustomer` does not need the result of `database.query`',
    at: at('src/orders/loadOrder.ts', 14),
    verdict: 'not-observed',
    evidence: '',
  },
];
