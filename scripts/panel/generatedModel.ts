import { taskState, type Place, type ThreadModel, type TraceModel } from '#trace/model.ts';
import type { BlockNote, Hello } from '#protocol/messages.ts';

export interface GeneratedOptions {
  /** About so many tasks; a request is never cut. */
  readonly tasks: number;
  /** Requests that run at the same time, on average. Default 40. */
  readonly concurrency?: number;
  readonly seed?: number;
  /** About so many calls that never end. Default 24. */
  readonly stuckCalls?: number;
}

/** A shop's server: its functions, what they await, and where. Index in `places`: one more. */
const functions = [
  ['handleRequest', 'src/server.ts', 24],
  ['authenticate', 'src/auth/session.ts', 12],
  ['readSession', 'src/auth/session.ts', 40],
  ['loadOrder', 'src/orders/loadOrder.ts', 8],
  ['Database.query', 'src/database/pool.ts', 61],
  ['loadCustomer', 'src/customers/loadCustomer.ts', 15],
  ['fetchProfile', 'src/customers/profile.ts', 22],
  ['priceItem', 'src/pricing/priceItem.ts', 9],
  ['fetchRate', 'src/pricing/exchangeRates.ts', 31],
  ['saveOrder', 'src/orders/saveOrder.ts', 18],
  ['writeAudit', 'src/audit.ts', 5],
  ['sendMail', 'src/mail/sendMail.ts', 27],
] as const;
type FunctionName = (typeof functions)[number][0];

/** Function, what it awaits, line. */
const awaits: readonly (readonly [FunctionName, string, number])[] = [
  ['handleRequest', 'authenticate(request)', 26],
  ['handleRequest', 'loadOrder(request.params.id)', 29],
  ['handleRequest', 'Promise.all(order.items.map((item) => priceItem(item)))', 31],
  ['handleRequest', 'saveOrder(order)', 35],
  ['authenticate', 'readSession(token)', 16],
  ['readSession', 'redis.get(key)', 43],
  ['loadOrder', "database.query('select * from orders where id = $1', [id])", 10],
  ['loadOrder', 'loadCustomer(order.customerId)', 14],
  ['Database.query', 'client.query(text, values)', 66],
  ['loadCustomer', 'fetchProfile(id)', 19],
  ['fetchProfile', 'fetch(`${profiles}/v1/customers/${id}`)', 25],
  ['priceItem', 'fetchRate(item.currency)', 13],
  ['fetchRate', 'fetch(ratesUrl, { signal })', 34],
  ['saveOrder', "database.query('insert into orders values ($1)', [order])", 20],
  ['saveOrder', 'writeAudit(order.id)', 23],
  ['writeAudit', 'appendFile(log, line)', 8],
  ['sendMail', 'transport.sendMail(message)', 30],
];

const root = '/app';

/** One thread of a server under load, made of request trees of 12 functions; the same for the same seed. */
export function generatedModel({ tasks, concurrency = 40, seed = 1, stuckCalls = 24 }: GeneratedOptions): TraceModel {
  const draft = new Draft(random(seed), stuckCalls / (tasks * 0.4));
  const spacing = 95_000 / concurrency;
  for (let start = 2000; draft.count < tasks;) {
    draft.request(start);
    start += -Math.log(1 - draft.random()) * spacing;
  }
  const places = generatedPlaces();
  return { places, threads: [draft.thread(places.length)], notes: [] };
}

function generatedPlaces(): readonly Place[] {
  const unknown: Place = { kind: 'unknown', file: '', line: 0, column: 0, label: '', owner: 0, offset: 0 };
  const ofFunctions = functions.map(([label, file, line], index): Place => ({
    kind: 'function',
    file: `${root}/${file}`,
    line,
    column: 1,
    label,
    owner: index + 1,
    offset: 0,
  }));
  const ofAwaits = awaits.map(([name, label, line]): Place => {
    const owner = functions.findIndex(([each]) => each === name) + 1;
    return { kind: 'await', file: `${root}/${functions[owner - 1]?.[1]}`, line, column: 18, label, owner, offset: 40 };
  });
  return [unknown, ...ofFunctions, ...ofAwaits];
}

function placeOfFunction(name: FunctionName): number {
  return functions.findIndex(([each]) => each === name) + 1;
}

/** Place of the await of a function, by its number there. */
function placeOfAwait(name: FunctionName, number: number): number {
  const own = awaits.flatMap(([each], index) => (each === name ? [index] : []));
  return functions.length + 1 + (own[number] ?? 0);
}

/** Between 0 and 1; the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface DraftWait {
  readonly place: number;
  readonly begin: number;
  readonly end: number;
  /** Draft number of the child, -1: none. */
  readonly child: number;
}

/** Tasks in the order they are thought of; rows are given at the end, by their begin. */
class Draft {
  readonly random: () => number;
  readonly #site: number[] = [];
  readonly #parent: number[] = [];
  readonly #begin: number[] = [];
  readonly #end: number[] = [];
  readonly #state: number[] = [];
  readonly #busy: number[] = [];
  readonly #waits: DraftWait[][] = [];
  readonly #stuckShare: number;
  readonly #blocks: BlockNote[] = [];

  constructor(numbers: () => number, stuckShare: number) {
    this.random = numbers;
    this.#stuckShare = stuckShare;
  }

  get count(): number {
    return this.#site.length;
  }

  request(start: number): void {
    const handle = this.#open('handleRequest', -1, start);
    let time = start + 150;
    time = this.#call(handle, 0, time, (at) => this.#auth(handle, at));
    time = this.#call(handle, 1, time, (at) => this.#load(handle, at));
    const items = 1 + Math.floor(this.random() ** 2 * 5);
    const all = Array.from({ length: items }, () => this.#price(handle, time));
    const ends = all.map((each) => this.#end[each] ?? Number.NaN);
    const last = ends.some((end) => Number.isNaN(end)) ? Number.NaN : Math.max(...ends);
    this.#wait(handle, 2, { begin: time + 20, end: last, child: all.at(-1) ?? -1 });
    if (!Number.isNaN(last)) time = this.#call(handle, 3, last + 60, (at) => this.#save(handle, at));
    this.#close(handle, Number.isNaN(last) ? Number.NaN : time + 120);
    if (this.random() < 0.004) this.#block(time);
  }

  #auth(parent: number, at: number): number {
    const task = this.#open('authenticate', parent, at);
    const end = this.#call(task, 0, at + 40, (then) => this.#leaf('readSession', task, { at: then, typical: 1800 }));
    return this.#close(task, end + 50);
  }

  #load(parent: number, at: number): number {
    const task = this.#open('loadOrder', parent, at);
    let time = this.#call(task, 0, at + 60, (then) => this.#leaf('Database.query', task, { at: then, typical: 9000 }));
    time = this.#call(task, 1, time + 30, (then) => {
      const customer = this.#open('loadCustomer', task, then);
      const end = this.#call(customer, 0, then + 25, (next) =>
        this.#leaf('fetchProfile', customer, { at: next, typical: 26_000 }),
      );
      return this.#close(customer, end + 40);
    });
    return this.#close(task, time + 50);
  }

  #price(parent: number, at: number): number {
    const task = this.#open('priceItem', parent, at + this.random() * 90);
    const begin = (this.#begin[task] ?? 0) + 30;
    const isLost = this.random() < this.#stuckShare;
    const rate = this.#open('fetchRate', task, begin);
    const end = isLost ? Number.NaN : begin + this.#spread(14_000);
    this.#wait(rate, 0, { begin: begin + 40, end: end - 60, child: -1 });
    this.#close(rate, end);
    this.#wait(task, 0, { begin: begin + 50, end, child: rate });
    this.#close(task, end + 25);
    return task;
  }

  #save(parent: number, at: number): number {
    const task = this.#open('saveOrder', parent, at);
    let time = this.#call(task, 0, at + 40, (then) => this.#leaf('Database.query', task, { at: then, typical: 6000 }));
    time = this.#call(task, 1, time + 20, (then) => this.#leaf('writeAudit', task, { at: then, typical: 1200 }));
    if (this.random() < 0.3) this.#leaf('sendMail', task, { at: time, typical: 180_000 });
    return this.#close(task, time + 30);
  }

  #leaf(
    name: FunctionName,
    parent: number,
    { at, typical }: { readonly at: number; readonly typical: number },
  ): number {
    const task = this.#open(name, parent, at);
    // What waits for it waits on, but only the mail is sent without being awaited.
    const isStuck = name === 'sendMail' && this.random() < this.#stuckShare * 6;
    const end = isStuck ? Number.NaN : at + this.#spread(typical);
    this.#wait(task, 0, { begin: at + 30 + this.random() * 80, end: end - 40, child: -1 });
    const isRejected = this.random() < (name === 'fetchProfile' ? 0.004 : 0.0003);
    return this.#close(task, end, isRejected ? taskState.rejected : taskState.done);
  }

  /** A long tail: few are ten times as long as most. */
  #spread(typical: number): number {
    return 200 + typical * (0.4 + Math.exp((this.random() + this.random() + this.random() - 1.6) * 1.5));
  }

  #open(name: FunctionName, parent: number, at: number): number {
    this.#site.push(placeOfFunction(name));
    this.#parent.push(parent);
    this.#begin.push(at);
    this.#end.push(Number.NaN);
    this.#state.push(taskState.waiting);
    this.#busy.push(0);
    this.#waits.push([]);
    return this.count - 1;
  }

  #close(task: number, end: number, state: number = taskState.done): number {
    this.#end[task] = end;
    if (!Number.isNaN(end)) this.#state[task] = state;
    const waited = (this.#waits[task] ?? []).reduce((sum, each) => sum + (each.end - each.begin || 0), 0);
    const length = end - (this.#begin[task] ?? 0);
    this.#busy[task] = Number.isNaN(end) ? 40 + this.random() * 200 : Math.max(5, (length - waited) * 0.4);
    return end;
  }

  #call(task: number, number: number, at: number, run: (at: number) => number): number {
    const child = this.count;
    const end = run(at);
    this.#wait(task, number, { begin: at + 20, end: end + 10, child });
    return end + 10;
  }

  #wait(task: number, number: number, wait: Omit<DraftWait, 'place'>): void {
    const site = this.#site[task] ?? 1;
    const name = functions[site - 1]?.[0] ?? 'handleRequest';
    this.#waits[task]?.push({ place: placeOfAwait(name, number), ...wait });
  }

  #block(start: number): void {
    const frames = [
      { name: 'JSON.parse', file: 'node:internal', line: 1, column: 1 },
      { name: 'renderInvoice', file: `${root}/src/orders/invoice.ts`, line: 88, column: 12 },
      { name: 'saveOrder', file: `${root}/src/orders/saveOrder.ts`, line: 21, column: 3 },
    ];
    const durationUs = 50_000 + this.random() ** 3 * 800_000;
    this.#blocks.push({
      kind: 'block',
      start,
      durationUs,
      task: 0,
      frames,
      culprit: 1,
      sites: [],
      gcUs: 0,
      source: 'pause',
    });
  }

  thread(places: number): ThreadModel {
    const begins = Float64Array.from(this.#begin);
    const order = Uint32Array.from({ length: this.count }, (_, index) => index);
    order.sort((a, b) => (begins[a] ?? 0) - (begins[b] ?? 0) || a - b);
    const rows = new Uint32Array(this.count);
    for (const [index, task] of order.entries()) rows[task] = index + 1;
    const column = (values: readonly number[]) => (index: number) => values[order[index - 1] ?? 0] ?? 0;
    const length = this.count + 1;
    const words = (value: (row: number) => number) =>
      Uint32Array.from({ length }, (_, row) => (row === 0 ? 0 : value(row)));
    const times = (value: (row: number) => number) =>
      Float64Array.from({ length }, (_, row) => (row === 0 ? Number.NaN : value(row)));
    const waits = this.#waitColumns(order, rows);
    const end = times(column(this.#end));
    const state = Uint8Array.from({ length }, (_, row) => (row === 0 ? 0 : column(this.#state)(row)));
    const endTime = end.reduce((most, each) => (each > most ? each : most), 0);
    return {
      hello: generatedHello,
      endTime,
      isOver: true,
      goodbye: { time: endTime },
      tasks: {
        count: this.count,
        id: words((row) => row),
        site: words(column(this.#site)),
        parent: words((row) => {
          const parent = column(this.#parent)(row);
          return parent < 0 ? 0 : (rows[parent] ?? 0);
        }),
        begin: times(column(this.#begin)),
        end,
        state,
        busy: times(column(this.#busy)),
        waits: words((row) => this.#waits[order[row - 1] ?? 0]?.length ?? 0),
        lastWait: waits.lastWait,
      },
      waits,
      blocks: this.#blocks.toSorted((a, b) => a.start - b.start),
      collections: [],
      rejections: [],
      lost: [],
      timed: noEvents,
      caught: noEvents,
      floating: noEvents,
      placeOf: Uint32Array.from({ length: places }, (_, place) => place),
      lostWords: 0,
      folded: { tasks: 0, waits: 0, events: 0, durations: new Map(), waitDurations: new Map() },
      promises: { created: 0, settled: 0 },
      resolutionUs: 1000,
    };
  }

  #waitColumns(order: Uint32Array, rows: Uint32Array): ThreadModel['waits'] & { readonly lastWait: Uint32Array } {
    const count = this.#waits.reduce((sum, waits) => sum + waits.length, 0);
    const columns = {
      count,
      task: new Uint32Array(count + 1),
      site: new Uint32Array(count + 1),
      begin: new Float64Array(count + 1),
      end: new Float64Array(count + 1),
      child: new Uint32Array(count + 1),
      started: new Uint32Array(count + 1),
      previous: new Uint32Array(count + 1),
      lastWait: new Uint32Array(this.count + 1),
    };
    let next = 0;
    for (const task of order) {
      const row = rows[task] ?? 0;
      for (const wait of this.#waits[task] ?? []) {
        next += 1;
        columns.task[next] = row;
        columns.site[next] = wait.place;
        columns.begin[next] = wait.begin;
        columns.end[next] = wait.end;
        columns.child[next] = wait.child < 0 ? 0 : (rows[wait.child] ?? 0);
        columns.started[next] = wait.child < 0 ? 0 : 1;
        columns.previous[next] = columns.lastWait[row] ?? 0;
        columns.lastWait[row] = next;
      }
    }
    return columns;
  }
}

const generatedHello: Hello = {
  version: 1,
  pid: 4711,
  parentPid: 1,
  thread: 0,
  mode: 'trace',
  runtime: 'node 24.21.0',
  platform: 'linux',
  script: `${root}/src/server.ts`,
  startedAt: 1_760_000_000_000,
  segment: 0,
};

const noEvents: ThreadModel['timed'] = {
  count: 0,
  site: new Uint32Array(1),
  task: new Uint32Array(1),
  time: new Float64Array(1),
  value: new Float64Array(1),
  countBySite: new Map(),
};

/** The same model while it happens: what is known at a time. Each call goes on from the one before. */
export function liveViewOf(model: TraceModel): (timeUs: number) => TraceModel {
  const [thread] = model.threads;
  if (thread === undefined) return () => model;
  const { tasks } = thread;
  const end = new Float64Array(tasks.end.length).fill(Number.NaN);
  const state = new Uint8Array(tasks.state.length).fill(taskState.waiting);
  const byEnd = Uint32Array.from({ length: tasks.count }, (_, index) => index + 1).filter(
    (row) => !Number.isNaN(tasks.end[row]),
  );
  byEnd.sort((a, b) => (tasks.end[a] ?? 0) - (tasks.end[b] ?? 0));
  let count = 0;
  let ended = 0;
  return (time) => {
    while (count < tasks.count && (tasks.begin[count + 1] ?? 0) <= time) count += 1;
    for (; ended < byEnd.length; ended += 1) {
      const row = byEnd[ended] ?? 0;
      if ((tasks.end[row] ?? 0) > time || row > count) break;
      end[row] = tasks.end[row] ?? 0;
      state[row] = tasks.state[row] ?? 0;
    }
    const blocks = thread.blocks.filter(({ start }) => start <= time);
    return {
      ...model,
      threads: [{ ...thread, endTime: time, isOver: false, blocks, tasks: { ...tasks, count, end, state } }],
    };
  };
}
