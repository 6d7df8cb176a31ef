import type { Browser, Page } from 'playwright-core';
import { pageAddress, panelPage, type PageFile } from './panelPage.ts';
import type { PageOptions } from './pageOptions.ts';

const origin = 'http://panel.test';
let files: Promise<ReadonlyMap<string, PageFile>> | undefined;

export interface OpenOptions extends PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly ratio?: number;
}

/** Opens the panel's page in a browser; its files come from memory, there is no server. Problems of the page are thrown to `onProblem`. */
export async function openPanel(
  browser: Browser,
  { width = 1280, height = 760, ratio = 1, ...options }: OpenOptions,
  onProblem: (text: string) => void = () => {},
): Promise<Page> {
  files ??= panelPage(origin);
  const known = await files;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: ratio });
  const page = await context.newPage();
  page.on('pageerror', (error) => onProblem(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') onProblem(message.text());
  });
  await page.route(`${origin}/**`, (route) => {
    const file = known.get(new URL(route.request().url()).pathname);
    return file === undefined
      ? route.fulfill({ status: 404 })
      : route.fulfill({ contentType: `${file.type}; charset=utf-8`, body: file.text });
  });
  await page.goto(pageAddress(origin, options));
  return page;
}
