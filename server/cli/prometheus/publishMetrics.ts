import { createServer, type Server, type ServerResponse } from 'node:http';
import { lstat, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '#workspace/userError.ts';

/** Where metrics go: a port on loopback that Prometheus scrapes, or a file for the textfile collector of its node exporter. */
export type MetricsTarget =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'file'; readonly path: string };

/** Reads `--prometheus <port|file>`: a whole number is a port (0: any free one), everything else a file. */
export function parseMetricsTarget(text: string): MetricsTarget {
  if (!/^\d+$/.test(text)) return { kind: 'file', path: resolve(text) };
  const port = Number(text);
  if (port > 65_535)
    throw new UserError(`--prometheus ${text}: a port is at most 65535; a file needs a letter in its name.`);
  return { kind: 'port', port };
}

/** A running publication. */
export interface Publication {
  /** Where it can be read, for people. */
  readonly place: string;
  /** Publishes once more where that makes sense, and ends. Rejects as the file system does. */
  close(): Promise<void>;
}

/** How often the file is written anew. */
const fileIntervalMs = 5000;

/**
 * Publishes what `text` gives at the moment. The port listens on 127.0.0.1 only.
 * @throws UserError when the port is taken or the file cannot be written
 */
export function publishMetrics(target: MetricsTarget, text: () => string): Promise<Publication> {
  return target.kind === 'port' ? publishOnPort(target.port, text) : publishInFile(target.path, text);
}

async function publishOnPort(port: number, text: () => string): Promise<Publication> {
  const server = createServer((request, response) => {
    answer(response, { path: request.url ?? '', origin: request.headers.origin, text });
  });
  await listening(server, port);
  // The child's life decides how long we run, not a scraper.
  server.unref();
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    place: `http://127.0.0.1:${bound}/metrics`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) =>
      fail(new UserError(`--prometheus: cannot listen on port ${port}: ${error.message}`)),
    );
    server.listen(port, '127.0.0.1', done);
  });
}

interface Asked {
  readonly path: string;
  readonly origin: string | undefined;
  readonly text: () => string;
}

/** A browser always sends its page's origin where it matters; a scraper has none, so pages cannot read what runs here. */
function answer(response: ServerResponse, { path, origin, text }: Asked): void {
  if (origin !== undefined) response.writeHead(403).end();
  else if (path.split('?', 1)[0] !== '/metrics') response.writeHead(404).end('See /metrics\n');
  else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text());
}

/** The file that a path leads to, through links. @throws UserError for devices, pipes and folders, which a file must not replace */
async function regularFile(path: string): Promise<string> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  // It will be made, or its folder is missing, which writing says best.
  if (!isThere) return path;
  const found = await realpath(path).catch(() => undefined);
  if (found === undefined || !(await stat(found)).isFile())
    throw new UserError(`--prometheus: ${path} is no regular file, and leads to none`);
  return found;
}

async function publishInFile(named: string, text: () => string): Promise<Publication> {
  const path = await regularFile(named);
  const write = async (): Promise<void> => {
    // Readers never see half a file.
    const draft = `${path}.${process.pid}.tmp`;
    await writeFile(draft, text());
    await rename(draft, path);
  };
  await write().catch((error: unknown) => {
    throw new UserError(
      `--prometheus: cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // A disk that is full for a while must not end the run; the next round tries again.
    last = write().catch(() => {
      // The last write, in `close`, tells when it is still so.
    });
  }, fileIntervalMs);
  timer.unref();
  return {
    place: path,
    close: async () => {
      clearInterval(timer);
      await last;
      await write();
    },
  };
}
