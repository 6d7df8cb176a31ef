import assert from 'node:assert/strict';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { frameOf, frameType, magic, readFrame } from '#protocol/frames.ts';
import type { Control } from '#protocol/messages.ts';
import type { ProcessMark } from '#protocol/runFolder.ts';
import { readTrace } from '#trace/readTrace.ts';
import { runProgram, traceOf, type EndedProgram } from './tracedProgram.ts';

interface Listened {
  readonly ended: EndedProgram;
  readonly mark: ProcessMark;
}

/** Runs a program that waits until `listen` is done: it prints `ready` when it listens and ends when its folder holds `stop`. */
async function whileListening(
  t: TestContext,
  program: { readonly before?: string; readonly during?: string },
  listen: (mark: ProcessMark, folder: string) => Promise<void>,
): Promise<Listened> {
  const { promise, resolve, reject } = Promise.withResolvers<ProcessMark>();
  const ended = await runProgram(
    t,
    `import { existsSync, readFileSync } from 'node:fs';
     const folder = process.cwd();
     const mark = folder + '/' + process.pid + '.process';
     ${program.before ?? ''}
     while (!existsSync(mark)) await sleep(10);
     console.log('ready');
     while (!existsSync(folder + '/stop')) { ${program.during ?? ''} await sleep(10); }
     end(0);`,
    {
      settings: { listen: true },
      onLine: (_line, folder, pid) => {
        void (async () => {
          const mark = JSON.parse(await readFile(path.join(folder, `${pid}.process`), 'utf8')) as ProcessMark;
          resolve(mark);
          await listen(mark, folder);
        })()
          .catch(reject)
          .finally(() => void stop(folder));
      },
    },
  );
  return { ended, mark: await promise };
}

async function stop(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'stop'), '');
}

function control(message: Control): Uint8Array {
  return frameOf(frameType.control, Buffer.from(JSON.stringify(message)));
}

function hello(mark: ProcessMark): Uint8Array {
  return control({ kind: 'listen', token: mark.token ?? '', wants: ['records', 'live', 'stats', 'notes'] });
}

/** Connected, with everything that comes. */
async function open(mark: ProcessMark): Promise<{ readonly socket: Socket; readonly bytes: () => Buffer }> {
  const socket = connect(mark.socket ?? '');
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, bytes: () => Buffer.concat(parts) };
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

function typesIn(bytes: Uint8Array): readonly number[] {
  const types: number[] = [];
  let at = magic.length;
  for (let frame = readFrame(bytes, at); frame.kind === 'frame'; frame = readFrame(bytes, at)) {
    types.push(frame.type);
    at = frame.next;
  }
  return types;
}

async function until(socket: Socket, isDone: () => boolean): Promise<void> {
  while (!isDone()) await once(socket, 'data');
}

const site = `{ id: 1, kind: 'function', file: 1, line: 1, column: 1, label: 'f', owner: 1, offset: 0, hash: '0'.repeat(14) }`;
const before = `recorder.addSites({ files: [{ id: 1, path: '/a.js' }], sites: [${site}] });`;

test('a listener gets what a segment holds, until goodbye', async (t) => {
  let heard: Uint8Array = Buffer.alloc(0);
  const closed = Promise.withResolvers<void>();
  const { ended, mark } = await whileListening(t, { before, during: 'rt.e(undefined, rt.b(1));' }, async (found) => {
    const { socket, bytes } = await open(found);
    socket.on('close', () => {
      heard = bytes();
      closed.resolve();
    });
    socket.write(hello(found));
    await until(socket, () => typesIn(bytes()).filter((type) => type === frameType.records).length > 2);
  });
  await closed.promise;
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const types = typesIn(heard);
  assert.deepEqual(types.slice(0, 3), [frameType.hello, frameType.sites, frameType.live]);
  assert.equal(types.at(-1), frameType.goodbye);
  assert.ok(types.includes(frameType.stats));
  const { threads, places } = readTrace(heard);
  assert.ok((threads[0]?.tasks.count ?? 0) > 2);
  assert.ok(places.some(({ label }) => label === 'f'));
  const folder = path.dirname(mark.socket ?? '');
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(folder), []);
  const after = JSON.parse(await readFile(path.join(ended.folder, `${ended.pid}.process`), 'utf8')) as ProcessMark;
  assert.deepEqual(after, { pid: ended.pid });
  assert.equal((await stat(path.join(ended.folder, `${ended.pid}.process`))).mode & 0o777, 0o600);
});

test('who does not know the token, or sends anything else, is cut off and hears nothing', async (t) => {
  await whileListening(t, { before }, async (mark) => {
    const attempts = [
      control({ kind: 'listen', token: '0'.repeat(32), wants: ['records'] }),
      control({ kind: 'listen', token: '', wants: ['records'] }),
      control({ kind: 'snapshot' }),
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      frameOf(frameType.control, Buffer.from('{"kind":"listen"}')),
      frameOf(frameType.control, Buffer.from('[[[[')),
      frameOf(frameType.hello, hello(mark).subarray(5)),
      frameOf(frameType.control, Buffer.alloc(100_000)),
    ];
    for (const attempt of attempts) {
      const { socket, bytes } = await open(mark);
      socket.write(attempt);
      await once(socket, 'close');
      assert.equal(bytes().length, 0);
    }
    // And after a right beginning.
    const { socket } = await open(mark);
    socket.write(hello(mark));
    await once(socket, 'data');
    socket.write(hello(mark));
    await once(socket, 'close');
    // Others are served all the same, also when their first frame comes in pieces.
    const { socket: good, bytes } = await open(mark);
    for (const byte of hello(mark)) good.write(Uint8Array.of(byte));
    await until(good, () => typesIn(bytes()).includes(frameType.live));
    good.destroy();
  });
});

test('pause and resume, snapshot and deep', async (t) => {
  const { ended } = await whileListening(
    t,
    { before: `recorder.onControl((request) => console.error(JSON.stringify(request)));` },
    async (mark) => {
      const { socket, bytes } = await open(mark);
      socket.write(hello(mark));
      await until(socket, () => typesIn(bytes()).includes(frameType.live));
      const live = (): number => typesIn(bytes()).filter((type) => type === frameType.live).length;
      const had = live();
      socket.write(control({ kind: 'pause' }));
      socket.write(control({ kind: 'resume' }));
      socket.write(control({ kind: 'snapshot' }));
      socket.write(control({ kind: 'deep', seconds: 1e9 }));
      await until(socket, () => live() > had);
      // The thread reads its message when its loop turns.
      await until(socket, () => live() > had + 1);
      socket.destroy();
    },
  );
  assert.equal(ended.stderr, '{"kind":"deep","seconds":600}\n');
});

test('a listener that does not read loses records, counted; the program and its file lose nothing', async (t) => {
  const { ended } = await whileListening(
    t,
    // Few enough for a drain that gets a fifth of a processor.
    { during: 'for (let i = 0; i < 20_000; i += 1) rt.e(undefined, rt.b(1));' },
    async (mark) => {
      const { socket, bytes } = await open(mark);
      socket.write(hello(mark));
      await until(socket, () => typesIn(bytes()).includes(frameType.live));
      socket.pause();
      // Another one sees in the counters that frames were left out for the first.
      const other = await open(mark);
      other.socket.write(control({ kind: 'listen', token: mark.token ?? '', wants: ['stats'] }));
      await until(other.socket, () => /"droppedFrames":[1-9]/.test(other.bytes().toString('latin1')));
      // It goes on with a live table, not where it was.
      const had = bytes().length;
      socket.resume();
      await until(socket, () => bytes().length > had + 8_000_000);
      socket.destroy();
      other.socket.destroy();
    },
  );
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const [thread] = (await traceOf(ended)).threads;
  assert.equal(thread?.lostWords, 0);
  assert.ok((thread.stats?.droppedFrames ?? 0) > 0);
});

test('a socket that nobody serves any more is removed, others stay', async (t) => {
  let names: readonly string[] = [];
  await whileListening(
    t,
    {
      before: `
        import { mkdirSync, writeFileSync } from 'node:fs';
        import { spawnSync } from 'node:child_process';
        const sockets = process.env.TMPDIR + '/rubato-' + process.getuid();
        mkdirSync(sockets, { mode: 0o700 });
        spawnSync(process.execPath, ['-e', 'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))', sockets + '/1-dead.sock']);
        writeFileSync(sockets + '/other.txt', '');`,
    },
    async ({ socket = '' }) => {
      const folder = path.dirname(socket);
      do names = await readdir(folder);
      while (names.includes('1-dead.sock'));
      assert.deepEqual(names.toSorted(), [path.basename(socket), 'other.txt'].toSorted());
    },
  );
  assert.equal(names.length, 2);
});
