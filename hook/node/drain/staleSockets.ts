import { readdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

/** Looked at in one start, so that a full folder costs nothing. */
const most = 50;

/**
 * Removes sockets that killed processes left beside ours: those where nobody listens. Only connecting tells, since the folder may be shared
 * by containers that do not see each other's processes. Never rejects.
 */
export async function removeStaleSockets(own: string, extension: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = dirname(own);
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => name.endsWith(extension)).map((name) => join(folder, name));
  await Promise.all(
    others
      .filter((path) => path !== own)
      .slice(0, most)
      .map(removeIfStale),
  );
}

async function removeIfStale(path: string): Promise<void> {
  // Somebody else may have been faster.
  if (await isRefused(path)) await unlink(path).catch(() => {});
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.unref();
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
}
