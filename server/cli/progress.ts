import type { WriteStream } from 'node:tty';

/** A line on the terminal that says how far a run is. */
export interface Progress {
  show(done: number, total: number): void;
  /** Removes the line. */
  dispose(): void;
}

/** Short runs show nothing: a line that flashes up only disturbs. */
const quietMs = 500;
const intervalMs = 100;

/** Shows progress on a terminal; does nothing elsewhere. */
export function progressOn(stream: WriteStream): Progress {
  if (!stream.isTTY) return { show: () => undefined, dispose: () => undefined };
  let line = 'Rubato: reading the project …';
  const draw = (): void => void stream.write(`\r\u001B[K${line}`);
  let ticker: NodeJS.Timeout | undefined;
  const start = setTimeout(() => {
    draw();
    ticker = setInterval(draw, intervalMs);
  }, quietMs);
  return {
    show(done, total) {
      line = `Rubato: ${done} of ${total} files`;
    },
    dispose() {
      clearTimeout(start);
      if (ticker === undefined) return;
      clearInterval(ticker);
      stream.write('\r\u001B[K');
    },
  };
}
