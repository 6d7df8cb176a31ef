import type { ToEngine } from './engineMessages.ts';
import { panelEngine } from './engine.ts';

/** The engine in a worker. Its messages come from our own page only, which has checked what the host sent. */
const take = panelEngine({
  post: (message) => postMessage(message),
  frame: (run) => void requestAnimationFrame(run),
  later: (ms, run) => void setTimeout(run, ms),
  now: () => performance.now(),
});

addEventListener('message', ({ data }: MessageEvent<ToEngine>) => {
  try {
    take(data);
  } catch (error) {
    postMessage({
      kind: 'fault',
      message: error instanceof Error ? `${error.message}\n${error.stack}` : String(error),
    });
  }
});
