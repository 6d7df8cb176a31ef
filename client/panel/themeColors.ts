import type { TimelineTheme } from './engine/engineMessages.ts';

/** Colors of functions, by the theme's names for charts; red stays for what went wrong. */
const series: readonly string[] = ['blue', 'green', 'purple', 'yellow', 'orange'];

/** What the theme of the editor means for the canvas. */
export function timelineTheme(): TimelineTheme {
  const style = getComputedStyle(document.body);
  const read = (name: string, other: string) => hex(style.getPropertyValue(name)) ?? hex(other) ?? '#808080';
  const isDark =
    !document.body.classList.contains('vscode-light') &&
    !document.body.classList.contains('vscode-high-contrast-light');
  const foreground = read('--vscode-foreground', isDark ? '#cccccc' : '#3b3b3b');
  const isHighContrast = /vscode-high-contrast/.test(document.body.className);
  return {
    background: read('--vscode-editor-background', isDark ? '#1f1f1f' : '#ffffff'),
    foreground,
    faint: isHighContrast ? foreground : read('--vscode-descriptionForeground', '#808080'),
    line: isHighContrast
      ? read('--vscode-contrastBorder', foreground)
      : read('--vscode-panel-border', isDark ? '#2b2b2b' : '#e5e5e5'),
    error: read('--vscode-charts-red', '#f14c4c'),
    warning: read('--vscode-charts-orange', '#d18616'),
    focus: read('--vscode-focusBorder', '#0078d4'),
    series: series.map((name) => read(`--vscode-charts-${name}`, '#3794ff')),
    isHighContrast,
    fontFamily: style.getPropertyValue('--vscode-font-family') || 'system-ui, sans-serif',
    fontSize: 12,
  };
}

/** Calls after the theme has changed: VS Code changes the classes of the body and the variables of the document. */
export function onThemeChange(listen: () => void): void {
  const observer = new MutationObserver(listen);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()` and `rgba()` as `#rrggbb`; what shines through is taken as opaque. */
function hex(color: string): string | undefined {
  const text = color.trim();
  const short = /^#([\da-f])([\da-f])([\da-f])[\da-f]?$/i.exec(text);
  if (short !== null)
    return `#${short
      .slice(1, 4)
      .map((digit) => digit + digit)
      .join('')}`;
  if (/^#[\da-f]{6}([\da-f]{2})?$/i.test(text)) return text.slice(0, 7);
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(text);
  if (parts === null) return undefined;
  const digits = parts.slice(1, 4).map((part) =>
    Math.min(255, Math.round(Number(part)))
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${digits.join('')}`;
}
