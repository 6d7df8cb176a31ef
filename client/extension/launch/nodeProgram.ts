import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `node --version` says. */
export type NodeProgram =
  | { readonly kind: 'found'; readonly version: string }
  | { readonly kind: 'missing' }
  /** It is there and did not answer as expected; why. */
  | { readonly kind: 'unknown'; readonly problem: string };

const run = promisify(execFile);
const answerMs = 10_000;

/** Asks a Node for its version. `env`: where `node` is looked for. */
export async function askNode(node: string, env: NodeJS.ProcessEnv): Promise<NodeProgram> {
  try {
    const { stdout } = await run(node, ['--version'], { env, timeout: answerMs, windowsHide: true });
    const version = stdout.trim();
    if (/^v\d+\.\d+\.\d+/.test(version)) return { kind: 'found', version };
    return { kind: 'unknown', problem: version.slice(0, 200) };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? { kind: 'missing' } : { kind: 'unknown', problem: String(error) };
  }
}

/** Whether the command `rubato` and the hook run on this Node. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}
