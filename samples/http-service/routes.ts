import { readFile } from 'node:fs/promises';
import { isAdmin, signIn } from './auth.ts';
import type { Cache } from './cache.ts';
import type { Reply, Router } from './router.ts';
import { loadSettings } from './settings.ts';
import type { NoteStore } from './store.ts';

export interface Services {
  readonly store: NoteStore;
  readonly cache: Cache;
}

export function addRoutes(router: Router, { store, cache }: Services): void {
  router.get('notes', async ({ parameter }) => {
    if (parameter === '') return ok(store.titles().join('\n'));
    const text = await cache.read(parameter);
    return text === undefined ? { status: 404, body: 'no such note' } : ok(text);
  });

  router.post('notes', async ({ body }) => {
    // Blocks: add writes the journal, and the journal is written synchronously.
    const id = store.add(body);
    // Floats: the answer goes out before the index is written, and an error is lost.
    store.writeIndex();
    // Marked as not awaited, and rightly so: it handles its own errors.
    void countVisit('add');
    return ok(id);
  });

  // Blocks through two files: settings.ts reads with files.ts.
  router.get('settings', async () => ok(loadSettings().title));

  router.get('sign-in', async ({ url }) => {
    // The answer of signIn is a promise, which is always true.
    if (!signIn(url.searchParams.get('password') ?? '')) return { status: 401, body: 'wrong password' };
    return ok('welcome');
  });

  router.get('admin', async ({ url }) => {
    if (!(await isAdmin(url.searchParams.get('user') ?? ''))) return { status: 403, body: 'not allowed' };
    try {
      // Returned without await: the catch below never sees the error.
      return adminPage();
    } catch {
      return { status: 500, body: 'no page' };
    }
  });
}

async function adminPage(): Promise<Reply> {
  return ok(await readFile(new URL('./README.md', import.meta.url), 'utf8'));
}

const visits = new Map<string, number>();

async function countVisit(name: string): Promise<void> {
  try {
    visits.set(name, (visits.get(name) ?? 0) + 1);
    await Promise.resolve();
  } catch (error) {
    console.error(error);
  }
}

function ok(body: string): Reply {
  return { status: 200, body };
}
