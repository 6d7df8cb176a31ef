import { parseArgs } from 'node:util';
import { countAll } from './count.ts';
import { readHistory, remember } from './history.js';
import { readOptions } from './options.ts';
import { publish } from './publish.ts';
import { watchFolder } from './watch.ts';

const { values } = parseArgs({ options: { watch: { type: 'boolean', default: false } } });

async function main(): Promise<void> {
  // Blocks, but a tool that has just started keeps nobody waiting.
  const options = readOptions();
  const counts = countAll(options.folder);
  for (const [file, words] of counts) console.log(`${file}: ${words} words`);
  await remember([...counts.values()].reduce((sum, words) => sum + words, 0));
  console.log(`${(await readHistory()).length} runs so far`);
  await publish(counts, options);
  if (values.watch) watchFolder(options.folder);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
