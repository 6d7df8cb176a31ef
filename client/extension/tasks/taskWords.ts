/** Translates the words of this view; `l10n` of the editor, or itself in tests. */
export interface Words {
  t(message: string, ...args: (string | number)[]): string;
}

/**
 * `0.4 s`, `9 s`, `15 s`, `3 min`, `2 h 5 min`: rounded down, since it grows while somebody reads it; in steps of five seconds above ten, since
 * the editor takes the hover away from a line that changes.
 */
export function ageText(ms: number, l10n: Words): string {
  if (ms < 1000) return l10n.t('{0} s', Math.floor(Math.max(0, ms) / 100) / 10);
  const seconds = Math.floor(ms / 1000);
  if (seconds < 10) return l10n.t('{0} s', seconds);
  if (seconds < 60) return l10n.t('{0} s', seconds - (seconds % 5));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('{0} h {1} min', hours, minutes % 60) : l10n.t('{0} days', Math.floor(hours / 24));
}

/** `1.2 s`: how long the loop stands still. */
export function blockText(ms: number, l10n: Words): string {
  return ms < 10_000 ? l10n.t('{0} s', (Math.floor(ms / 100) / 10).toFixed(1)) : ageText(ms, l10n);
}
