/** A color as a pixel of a little-endian canvas: alpha, blue, green, red from the highest byte down. */
export type Pixel = number;

/**
 * Pixels that are filled by plain loops: tens of thousands of small boxes cost a canvas context far more than this, above all without a
 * graphics card. Coordinates are device pixels; what lies outside is cut off.
 */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly image: ImageData;
  readonly #pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.image = new ImageData(this.width, this.height);
    this.#pixels = new Uint32Array(this.image.data.buffer);
  }

  clear(color: Pixel): void {
    this.#pixels.fill(color);
  }

  /** Fills a box; right and bottom do not belong to it. */
  box(box: { x0: number; y0: number; x1: number; y1: number }, color: Pixel): void {
    const left = Math.max(0, Math.round(box.x0));
    const right = Math.min(this.width, Math.round(box.x1));
    const top = Math.max(0, Math.round(box.y0));
    const bottom = Math.min(this.height, Math.round(box.y1));
    if (right <= left) return;
    for (let y = top; y < bottom; y += 1) {
      const start = y * this.width;
      this.#pixels.fill(color, start + left, start + right);
    }
  }

  /** Part of a column of pixels, for charts. */
  column(x: number, y0: number, y1: number, color: Pixel): void {
    if (x < 0 || x >= this.width) return;
    const bottom = Math.min(this.height, Math.round(y1));
    for (let y = Math.max(0, Math.round(y0)); y < bottom; y += 1) this.#pixels[y * this.width + x] = color;
  }

  /** Lays a color over a box, `share` of 1 covers it. */
  blend(box: { x0: number; y0: number; x1: number; y1: number }, color: Pixel, share: number): void {
    const left = Math.max(0, Math.round(box.x0));
    const right = Math.min(this.width, Math.round(box.x1));
    const top = Math.max(0, Math.round(box.y0));
    const bottom = Math.min(this.height, Math.round(box.y1));
    for (let y = top; y < bottom; y += 1) {
      const start = y * this.width;
      for (let at = start + left; at < start + right; at += 1) {
        this.#pixels[at] = mixed(this.#pixels[at] ?? 0, color, share);
      }
    }
  }
}

/** `#rrggbb` as a pixel; black for anything else. */
export function pixelOf(color: string): Pixel {
  const value = /^#[\da-f]{6}$/i.test(color) ? Number.parseInt(color.slice(1), 16) : 0;
  return (0xff_00_00_00 | ((value & 0xff) << 16) | (value & 0xff_00) | (value >>> 16)) >>> 0;
}

/** Between two colors; `share` 0 is the first. */
export function mixed(from: Pixel, to: Pixel, share: number): Pixel {
  const red = (from & 0xff) + ((to & 0xff) - (from & 0xff)) * share;
  const green = ((from >>> 8) & 0xff) + (((to >>> 8) & 0xff) - ((from >>> 8) & 0xff)) * share;
  const blue = ((from >>> 16) & 0xff) + (((to >>> 16) & 0xff) - ((from >>> 16) & 0xff)) * share;
  return (0xff_00_00_00 | (blue << 16) | (green << 8) | red) >>> 0;
}
