import type { HostMessage, PanelState } from '#protocol/panel.ts';
import type { TraceModel } from '#trace/model.ts';
import type { NamedRun } from '#trace/panel/panelComparison.ts';
import { panelFeed, type FindingSource, type PanelFeed, type PanelSituation } from '#trace/panel/panelFeed.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { pace } from './pace.ts';

/** What a panel is told of. */
export interface PanelRun {
  readonly model: TraceModel;
  readonly situation: PanelSituation;
}

/** The panel of a session, as long as there is one: what it is told, and how often. */
export class PanelSide {
  readonly #post: (message: HostMessage) => void;
  #feed: PanelFeed | undefined;
  #isAttached = false;
  #mustOpen = false;
  /** Since it was opened. */
  #hasFigures = false;
  #toldState: PanelState | undefined;
  #findings: readonly FindingSource[] | undefined;
  // Together at most a quarter of the time of the thread.
  readonly #updates = pace(250, 0.1);
  readonly #stuck = pace(500, 0.06);
  readonly #statistics = pace(3000, 0.04);

  constructor(post: (message: HostMessage) => void) {
    this.#post = post;
  }

  get isAttached(): boolean {
    return this.#isAttached;
  }

  /** The panel listens, or listens anew: everything from the beginning at the next turn. */
  attach(): void {
    this.#isAttached = true;
    this.#mustOpen = true;
  }

  detach(): void {
    this.#isAttached = false;
  }

  /** Another trace takes the place of the one before, with places of its own. */
  replace(of: { readonly title: string; readonly resolve: Resolve }): void {
    this.#feed = panelFeed(of);
    this.#mustOpen = true;
  }

  /** Tells of tasks and of what is stuck, as far as that is due. */
  tell({ model, situation }: PanelRun): void {
    const feed = this.#feed;
    if (!this.#isAttached || feed === undefined) return;
    if (this.#mustOpen) return this.#open(feed, { model, situation });
    const isLive = situation.state === 'live';
    // What holds or ends it is told though nothing else is.
    if (situation.state !== this.#toldState) this.#updates.hurry();
    else if (!isLive) return;
    this.#due(this.#updates, () => feed.update(model, situation));
    this.#toldState = situation.state;
    if (isLive) this.#due(this.#stuck, () => feed.stuck(model));
  }

  /** Tells the figures by site when they are due: what takes longest on large traces. */
  tellFigures({ model, situation }: PanelRun): void {
    const feed = this.#feed;
    if (!this.#isAttached || feed === undefined || this.#mustOpen) return;
    if (situation.state !== 'live' && this.#hasFigures) return;
    this.#hasFigures = true;
    this.#due(this.#statistics, () => feed.statistics(model));
  }

  setFindings(findings: readonly FindingSource[]): void {
    this.#findings = findings;
    if (this.#isAttached && !this.#mustOpen) this.#send(this.#feed?.findings(findings) ?? []);
  }

  /** Answers `askWaits`. */
  tellWaits(model: TraceModel, rows: readonly number[]): void {
    if (this.#isAttached && !this.#mustOpen) this.#send(this.#feed?.waits(model, rows) ?? []);
  }

  compare(before: NamedRun, after: NamedRun): void {
    if (this.#isAttached) this.#send(this.#feed?.compare(before, after) ?? []);
  }

  /** See `PanelFeed.placeAt`. */
  placeAt(id: number): ReturnType<PanelFeed['placeAt']> {
    return this.#feed?.placeAt(id);
  }

  #open(feed: PanelFeed, { model, situation }: PanelRun): void {
    this.#mustOpen = false;
    this.#hasFigures = false;
    this.#toldState = situation.state;
    this.#run(this.#updates, () => feed.open(model, situation));
    if (this.#findings !== undefined) this.#send(feed.findings(this.#findings));
    this.#run(this.#stuck, () => feed.stuck(model));
    this.#statistics.hurry();
  }

  #due(when: ReturnType<typeof pace>, make: () => readonly HostMessage[]): void {
    if (when.isDue(performance.now())) this.#run(when, make);
  }

  #run(when: ReturnType<typeof pace>, make: () => readonly HostMessage[]): void {
    const begin = performance.now();
    this.#send(make());
    when.ran(begin, performance.now());
  }

  #send(messages: readonly HostMessage[]): void {
    for (const message of messages) this.#post(message);
  }
}
