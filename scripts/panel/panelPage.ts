import { build } from 'esbuild';
import { panelDocument } from '#protocol/panelDocument.ts';
import { bundles } from '../bundles.ts';
import { inlinedPrograms } from '../inlinedPrograms.ts';
import type { PageOptions } from './pageOptions.ts';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/**
 * The panel outside of an editor, by path: the same page and policy as in VS Code, and a script that plays the editor with a generated
 * trace. Built from source, not from dist/.
 */
export async function panelPage(origin: string): Promise<ReadonlyMap<string, PageFile>> {
  const panel = bundles.find(({ name }) => name === 'panel');
  if (panel === undefined) throw new Error('There is no bundle named panel.');
  const { define } = await inlinedPrograms(panel, { minify: true });
  const [own, host] = await Promise.all([
    bundled(panel.entries['panel'] ?? '', define),
    bundled('scripts/panel/pageHost.ts', {}),
  ]);
  const page = await bundled('scripts/panel/page.ts', { PAGE_HOST: JSON.stringify(host.script) });
  const nonce = 'standalonePage';
  const document = panelDocument({ script: '/panel.js', style: '/panel.css', source: origin, nonce });
  const editor = `<script nonce="${nonce}" src="/page.js"></script>\n`;
  return new Map([
    ['/', { type: 'text/html', text: document.replace('<script', `${editor}<script`) }],
    ['/panel.js', { type: 'text/javascript', text: own.script }],
    ['/panel.css', { type: 'text/css', text: own.style }],
    ['/page.js', { type: 'text/javascript', text: page.script }],
  ]);
}

/** Address of the page that shows what the options say. */
export function pageAddress(origin: string, options: PageOptions): string {
  return `${origin}/#${encodeURIComponent(JSON.stringify(options))}`;
}

async function bundled(
  entry: string,
  define: Record<string, string>,
): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    outdir: 'dist',
    format: 'iife',
    platform: 'browser',
    target: 'chrome124',
    logLevel: 'warning',
    define,
  });
  const ending = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return { script: ending('.js'), style: ending('.css') };
}
