/** Typed arrays cannot grow; these make longer ones with the same beginning. */

export function longerBytes(old: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(length);
  next.set(old);
  return next;
}

export function longerWords(old: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(length);
  next.set(old);
  return next;
}

export function longerNumbers(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(length);
  next.set(old);
  return next;
}

/** Length for at least one more than `length`: a quarter more, so that little is wasted and copying stays rare. */
export function nextLength(length: number): number {
  return Math.max(64, Math.ceil(length * 1.25));
}
