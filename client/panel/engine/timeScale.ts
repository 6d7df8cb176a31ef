/** What part of the run the timeline shows, µs. */
export interface TimeView {
  from: number;
  to: number;
  /** Shows the whole run, also while it grows. */
  isWhole: boolean;
  /** Moves along with the end of a live run. */
  isFollowing: boolean;
}

const leastSpan = 20;

export function timeView(): TimeView {
  return { from: 0, to: 1000, isWhole: true, isFollowing: false };
}

/** Adapts to a run that has grown. */
export function grow(view: TimeView, endTime: number): void {
  if (view.isWhole) {
    view.from = 0;
    view.to = Math.max(leastSpan, endTime * 1.005);
  } else if (view.isFollowing && endTime > view.to) {
    const span = view.to - view.from;
    view.to = endTime + span * 0.02;
    view.from = view.to - span;
  }
}

/** Around a time that stays where it is. Factors below 1 come nearer. */
export function zoomAt(view: TimeView, time: number, factor: number, endTime: number): void {
  const whole = Math.max(leastSpan, endTime * 1.005);
  const span = Math.min(whole, Math.max(leastSpan, (view.to - view.from) * factor));
  const share = (time - view.from) / Math.max(1, view.to - view.from);
  setSpan(view, time - share * span, span, endTime);
}

export function moveBy(view: TimeView, us: number, endTime: number): void {
  setSpan(view, view.from + us, view.to - view.from, endTime);
}

export function showSpan(view: TimeView, { from, to }: { from: number; to: number }, endTime: number): void {
  setSpan(view, from, Math.max(leastSpan, to - from), endTime);
}

function setSpan(view: TimeView, from: number, span: number, endTime: number): void {
  const whole = Math.max(leastSpan, endTime * 1.005);
  const kept = Math.min(span, whole);
  view.from = Math.min(Math.max(0, from), Math.max(0, whole - kept));
  view.to = view.from + kept;
  view.isWhole = kept >= whole;
  view.isFollowing = view.to >= endTime;
}

/** A round distance between marks, at least `leastPixels` apart. */
export function tickStep(spanUs: number, pixels: number, leastPixels: number): number {
  const least = (spanUs / Math.max(1, pixels)) * leastPixels;
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-3, least)));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least) ?? 10;
  const step = factor * power;
  // Above a minute, marks stand at round minutes.
  return step > 20e6 ? ([30e6, 60e6, 120e6, 300e6, 600e6, 1800e6, 3600e6].find((each) => each >= least) ?? step) : step;
}
