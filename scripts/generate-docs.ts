import { globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generatedFiles } from './generatedFiles.ts';

/** `npm run generate`: writes the pages of the rules and the schemas of the configuration, and removes pages without a rule. */
const files = generatedFiles();
for (const stale of globSync(['docs/rules/*.md', 'docs/blocking-calls.md', 'schemas/*.json'])) {
  if (!files.has(stale.replaceAll('\\', '/'))) await rm(stale);
}
for (const [file, text] of files) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
console.log(`Wrote ${files.size} files.`);
