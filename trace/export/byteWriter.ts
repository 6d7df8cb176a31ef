/** Bytes that grow: text as UTF-8 and the wire types of Protocol Buffers (https://protobuf.dev/programming-guides/encoding). */
export class ByteWriter {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; a view that the next write may outdate. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Appends text; lone surrogates become U+FFFD. */
  text(text: string): void {
    this.#reserve(text.length * 3);
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit < 0x80) this.#bytes[this.#length++] = unit;
      else at += this.#wide(text, at) - 1;
    }
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Field holding a whole number from 0 to 2^53 - 1. */
  uint(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  /** Field of wire type `fixed64`, from 0 to 2^53 - 1. */
  fixed64(field: number, value: number): void {
    this.#varint(field * 8 + 1);
    this.#reserve(8);
    const view = new DataView(this.#bytes.buffer, this.#length, 8);
    view.setUint32(0, value % 0x1_00_00_00_00, true);
    view.setUint32(4, Math.floor(value / 0x1_00_00_00_00), true);
    this.#length += 8;
  }

  string(field: number, value: string): void {
    const inner = new ByteWriter();
    inner.text(value);
    this.message(field, inner);
  }

  /** Field holding a message that was written elsewhere. */
  message(field: number, inner: ByteWriter): void {
    this.#varint(field * 8 + 2);
    this.#varint(inner.length);
    this.raw(inner.bytes());
  }

  #varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** One code point above U+007F; returns how many UTF-16 units it took. */
  #wide(text: string, at: number): number {
    const found = text.codePointAt(at) ?? 0;
    const point = found >= 0xd8_00 && found <= 0xdf_ff ? 0xff_fd : found;
    if (point < 0x8_00) this.#push(0xc0 | (point >> 6));
    else if (point < 0x1_00_00) this.#push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f));
    else this.#push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f));
    this.#push(0x80 | (point & 0x3f));
    return point > 0xff_ff ? 2 : 1;
  }

  #push(...values: readonly number[]): void {
    for (const value of values) this.#bytes[this.#length++] = value;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
