import type { PageOptions } from './pageOptions.ts';
import { themes } from './themes.ts';

/** The host's program as text, put in by panelPage.ts. */
declare const PAGE_HOST: string;

interface PageWindow {
  /** What the panel has posted. */
  rubatoMessages: unknown[];
  /** What the host has said about itself. */
  rubatoHost: { isReady: boolean; openMs: number; firstMessageAt: number };
  /** Hands a message to the panel as the editor would. */
  rubatoPost(message: unknown): void;
  acquireVsCodeApi(): unknown;
}

/** Stands in for the editor around a webview: theme, state and messages. */
const options: PageOptions = JSON.parse(decodeURIComponent(location.hash.slice(1)) || '{}');
const host = new Worker(URL.createObjectURL(new Blob([PAGE_HOST], { type: 'text/javascript' })));
const page: PageWindow = {
  rubatoMessages: [],
  rubatoHost: { isReady: false, openMs: 0, firstMessageAt: 0 },
  rubatoPost: (message) => postMessage(message),
  acquireVsCodeApi,
};
Object.assign(globalThis, page);
if (options.tab !== undefined && sessionStorage.getItem('state') === null)
  sessionStorage.setItem('state', JSON.stringify({ tab: options.tab }));
applyTheme();
host.addEventListener(
  'message',
  ({
    data,
  }: MessageEvent<{ readonly pageIsReady?: boolean; readonly pageOpens?: boolean; readonly openMs?: number }>) => {
    if (data.pageIsReady === true) page.rubatoHost.isReady = true;
    else if (data.pageOpens === true) {
      page.rubatoHost.openMs = data.openMs ?? 0;
      page.rubatoHost.firstMessageAt = performance.now();
    } else postMessage(data);
  },
);
host.postMessage({ start: options });

function acquireVsCodeApi(): unknown {
  return {
    postMessage(message: unknown) {
      page.rubatoMessages.push(message);
      host.postMessage(message);
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  };
}

function applyTheme(): void {
  const { className, colors } = themes[options.theme ?? 'dark'];
  document.body.className = className;
  const { style } = document.documentElement;
  for (const [name, color] of Object.entries(colors)) style.setProperty(`--vscode-${name}`, color);
  style.setProperty('--vscode-font-family', '"Segoe WPC", "Segoe UI", system-ui, "Ubuntu", "DejaVu Sans", sans-serif');
  style.setProperty('--vscode-font-size', '13px');
  style.setProperty('--vscode-editor-font-family', '"Cascadia Code", Consolas, "DejaVu Sans Mono", monospace');
}
