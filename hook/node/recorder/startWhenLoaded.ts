/** When the drain worker starts: bringing up a thread beside a program that loads its modules makes that slower. */
import { ring } from '#protocol/records.ts';

/** To be called now and then while code of the program is loaded or runs. */
export type StillLoading = () => void;

/** A program that loads for longer may run for long, too, and could be killed before its loop turns. In ms. */
const longestMs = 1000;
/** So many words are a small part of the ring. */
const mostWords = 1 << 14;

const onFirstTurn = setImmediate;
const now = performance.now.bind(performance);

/**
 * Starts the worker when the loop turns for the first time; before that when loading takes long or many records wait. Until the loop has turned
 * nothing counts as a block, so the watchdog misses nothing.
 *
 * Not by a timer: where one of ours and one of the program are due together, Node runs what follows the program's from another place, and
 * stacks show it. The first of all immediates disturbs nothing.
 */
export function startWhenLoaded(header: Int32Array, start: () => void): StillLoading {
  const begun = now();
  let isOver = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    start();
  }

  onFirstTurn(end).unref();
  return () => {
    if (!isOver && ((header[ring.head] ?? 0) > mostWords || now() - begun > longestMs)) end();
  };
}
