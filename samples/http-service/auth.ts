import { pbkdf2, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const salt = 'salt';
const rounds = 400_000;
// Hashed once, while the program starts.
const expected = pbkdf2Sync('secret', salt, rounds, 32, 'sha256');

export async function signIn(password: string): Promise<boolean> {
  // Blocks: some hundred milliseconds for every request.
  const hash = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  return timingSafeEqual(hash, expected);
}

const hashLater = promisify(pbkdf2);

/** The same in the thread pool. */
export async function isAdmin(user: string): Promise<boolean> {
  const hash = await hashLater(user, salt, rounds, 32, 'sha256');
  return !timingSafeEqual(hash, expected);
}
