import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cache } from './cache.ts';
import { Router } from './router.ts';
import { addRoutes } from './routes.ts';
import { NoteStore } from './store.ts';

const once = process.argv.includes('--once');

// Starting up may block: nobody waits for an answer yet.
const banner = readFileSync(new URL('./README.md', import.meta.url), 'utf8').split('\n')[0];

const store = new NoteStore();
const cache = new Cache(store);
const router = new Router();
addRoutes(router, { store, cache });

const server = createServer((request, response) => {
  router.handle(request, response).catch((error: unknown) => {
    console.error('request failed', error);
    response.destroy();
  });
});

server.listen(0, () => {
  const { port } = server.address() as AddressInfo;
  console.log(`${banner}: listening on ${port}`);
  if (once) visit(port).catch((error: unknown) => console.error(error));
});

/** A first visitor: a few requests, then the end. */
async function visit(port: number): Promise<void> {
  const base = `http://localhost:${port}`;
  try {
    for (const path of ['/notes', '/notes/1', '/settings', '/sign-in?password=secret', '/admin'])
      console.log(path, (await fetch(base + path)).status);
    console.log('add', (await fetch(`${base}/notes`, { method: 'POST', body: 'buy milk' })).status);
  } finally {
    cache.close();
    server.close();
    server.closeAllConnections();
  }
}
