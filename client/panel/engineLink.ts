import { panelEngine } from './engine/engine.ts';
import type { FromEngine, ToEngine } from './engine/engineMessages.ts';

/** The worker's program as text; the build puts it in (scripts/bundles.ts). */
declare const RUBATO_ENGINE: string;

/** Sends to the engine; buffers of columns and the canvas are handed over, not copied. */
export type SendToEngine = (message: ToEngine) => void;

/**
 * Starts the engine in a worker made of a blob: a webview's page may load a worker from nowhere else. Where workers are forbidden, the engine
 * runs on the page's own thread.
 */
export function startEngine(take: (message: FromEngine) => void): SendToEngine {
  try {
    const url = URL.createObjectURL(new Blob([RUBATO_ENGINE], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: 'rubato-engine' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromEngine>) => take(data));
    worker.addEventListener('error', ({ message }) =>
      take({ kind: 'fault', message: `The worker failed: ${message}` }),
    );
    return (message) => worker.postMessage(message, transfersOf(message));
  } catch {
    // No workers here: slower, but all of it works.
    return panelEngine({
      post: (message) => setTimeout(take, 0, message),
      frame: (run) => void requestAnimationFrame(run),
      later: (ms, run) => void setTimeout(run, ms),
      now: () => performance.now(),
    });
  }
}

/** The canvas as the engine can use it. */
export function canvasForEngine(canvas: HTMLCanvasElement): OffscreenCanvas | HTMLCanvasElement {
  return typeof Worker === 'function' && 'transferControlToOffscreen' in canvas
    ? canvas.transferControlToOffscreen()
    : canvas;
}

function transfersOf(message: ToEngine): Transferable[] {
  if (message.kind === 'canvas') return message.canvas instanceof OffscreenCanvas ? [message.canvas] : [];
  const columns =
    message.kind === 'tasks' ? [...Object.values(message.columns), ...Object.values(message.changed)] : [];
  // Columns may share a buffer, which can be handed over once only.
  return [...new Set(columns.flatMap((column) => (column.buffer instanceof ArrayBuffer ? [column.buffer] : [])))];
}
