import { createServer } from 'node:http';
import { pageAddress, panelPage } from './panel/panelPage.ts';

/**
 * Shows the trace panel in any browser, with a generated trace:
 *
 *   node scripts/servePanel.ts [port]
 *
 * What it shows stands in the fragment of the address (scripts/panel/pageOptions.ts).
 */
const port = Number(process.argv[2] ?? 8970);
const origin = `http://127.0.0.1:${port}`;
const files = await panelPage(origin);
const server = createServer((request, response) => {
  const file = files.get(new URL(request.url ?? '/', origin).pathname);
  response.writeHead(file === undefined ? 404 : 200, {
    'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8`,
  });
  response.end(file?.text);
});
server.listen(port, '127.0.0.1', () => {
  for (const options of [
    { tasks: 50_000 },
    { tasks: 400_000, isLive: true },
    { tasks: 1_000_000, theme: 'light' } as const,
  ])
    console.log(pageAddress(origin, options));
});
