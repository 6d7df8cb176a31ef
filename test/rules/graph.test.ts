/** What follows calls: across files, classes, re-exports, interfaces, recursion. Both engines. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Finding } from '#analysis/finding.ts';
import { rules } from '#analysis/rules/index.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { projectFiles, withExamples } from './exampleProject.ts';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `file rule: message`, with ` -> label` for every step of the path. */
  readonly findings: readonly string[];
}

const readConfig = `import { readFileSync } from 'node:fs';\nexport function readConfig() { return readFileSync('config.json', 'utf8'); }\n`;
const blocks = (caller: string): string => `\`${caller}\` blocks the event loop: it reaches \`readFileSync\``;

const cases: readonly Case[] = [
  {
    name: 'through a re-export and a renamed import',
    files: {
      'config.ts': readConfig,
      'index.ts': `export { readConfig as config } from './config.ts';\n`,
      'handler.ts': `import { config as load } from './index.ts';\nexport async function handle() { return load(); }\n`,
    },
    findings: [`handler.ts blocking-call: ${blocks('load')} -> readFileSync blocks the event loop`],
  },
  {
    name: 'through a constructor and a method of another file',
    files: {
      'store.ts': `${readConfig}export class Store {\n  text = '';\n  constructor() { this.refresh(); }\n  refresh() { this.text = readConfig(); }\n}\n`,
      'handler.ts': `import { Store } from './store.ts';\nexport async function handle() { return new Store().text; }\n`,
    },
    findings: [
      `handler.ts blocking-call: ${blocks('Store')} -> new Store calls this.refresh -> Store.refresh calls readConfig -> readFileSync blocks the event loop`,
    ],
  },
  {
    name: 'through an interface, as possible',
    files: {
      'store.ts': `${readConfig}export interface Source { read(): string }\nexport class FileSource implements Source { read() { return readConfig(); } }\n`,
      'handler.ts': `import type { Source } from './store.ts';\nexport async function handle(source: Source) { return source.read(); }\n`,
    },
    findings: [
      `handler.ts blocking-call (possible): ${blocks('source.read')} -> FileSource.read calls readConfig -> readFileSync blocks the event loop`,
    ],
  },
  {
    name: 'through a callback handed over by name, and object methods',
    files: {
      'files.ts': `${readConfig}export const files = { size(path: string) { return path.length + readConfig().length; } };\nconst one = (path: string) => files.size(path);\nexport async function total(paths: string[]) { return paths.map(one); }\n`,
    },
    findings: [
      `files.ts blocking-call: ${blocks('paths.map')} -> one calls files.size -> files.size calls readConfig -> readFileSync blocks the event loop`,
    ],
  },
  {
    name: 'through default exports and a renamed primitive',
    files: {
      'config.ts': `import { readFileSync as read } from 'node:fs';\nexport default function readConfig() { return read('config.json', 'utf8'); }\n`,
      'handler.ts': `import load from './config.ts';\nexport async function handle() { return load(); }\n`,
    },
    findings: [
      'handler.ts blocking-call: `load` blocks the event loop: it reaches `read` -> read blocks the event loop',
    ],
  },
  {
    name: 'through CommonJS exports',
    files: {
      'config.cjs': `const { readFileSync } = require('node:fs');\nfunction readConfig() { return readFileSync('config.json', 'utf8'); }\nmodule.exports = { load: readConfig };\n`,
      'handler.cjs': `const { load } = require('./config.cjs');\nexports.handle = async function () { return load(); };\n`,
    },
    findings: [`handler.cjs blocking-call (likely): ${blocks('load')} -> readFileSync blocks the event loop`],
  },
  {
    name: 'through CommonJS exports in short form',
    files: {
      'config.cjs': `const readConfig = () => require('node:fs').readFileSync('config.json');\nmodule.exports = { readConfig };\n`,
      'handler.cjs': `const { readConfig } = require('./config.cjs');\nexports.handle = async function () { return readConfig(); };\n`,
    },
    findings: [
      'handler.cjs blocking-call (likely): `readConfig` blocks the event loop: it reaches `require(…).readFileSync` -> require(…).readFileSync blocks the event loop',
    ],
  },
  {
    name: 'recursion ends',
    files: {
      'walk.ts': `${readConfig}export function even(n: number): string { return n === 0 ? readConfig() : odd(n - 1); }\nexport function odd(n: number): string { return n === 0 ? '' : even(n - 1); }\nexport async function run() { return odd(3); }\n`,
    },
    findings: [
      `walk.ts blocking-call: ${blocks('odd')} -> odd calls even -> even calls readConfig -> readFileSync blocks the event loop`,
    ],
  },
  {
    name: 'functions that run only at the start are silent, also across files',
    files: {
      'config.ts': `${readConfig}export async function prepare() { return readConfig(); }\n`,
      'main.ts': `import { prepare } from './config.ts';\nasync function main() { await prepare(); }\nawait main();\n`,
    },
    findings: [],
  },
  {
    name: 'an async helper is where the finding stands, not its callers',
    files: {
      'config.ts': `${readConfig}export async function prepare() { return readConfig(); }\n`,
      'handler.ts': `import { prepare } from './config.ts';\nexport async function handle() { return await prepare(); }\n`,
    },
    findings: [`config.ts blocking-call: ${blocks('readConfig')} -> readFileSync blocks the event loop`],
  },
  {
    name: 'rejections are followed through helpers of other files and recursion',
    files: {
      'net.ts': `export async function ping(n: number): Promise<void> { if (n > 0) await ping(n - 1); else await send(); }\nasync function send() { throw new Error('offline'); }\nexport async function safe() { try { await ping(1); } catch (error) { console.error(error); } }\n`,
      'boot.ts': `import { ping, safe } from './net.ts';\nexport function boot() { void ping(2); void safe(); }\n`,
    },
    findings: [
      'boot.ts unsafe-void: `void ping(…)` drops a rejection: the call can reject -> calls send -> throws here',
    ],
  },
  {
    name: 'a promise returned from a try block escapes its catch, a thrown error does not',
    files: {
      'a.ts': `const fails = async () => { throw new Error('x'); };\nconst escapes = async () => { try { return fails(); } catch { return undefined; } };\nconst caught = async () => { try { return JSON.parse('x') as unknown; } catch { return undefined; } };\nexport function run() { void escapes(); void caught(); }\n`,
    },
    findings: [
      'a.ts missing-await-in-try: `fails()` is returned without `await`, so the `try` around it does not catch its rejection',
      'a.ts unsafe-void: `void escapes()` drops a rejection: the call can reject -> calls fails -> throws here',
    ],
  },
];

for (const engine of ['native', 'embedded'] as const) {
  for (const { name, files, findings } of cases) {
    test(`${name} (${engine})`, async (t) => {
      const folder = await temporaryFolder(t, { ...projectFiles, ...files });
      const found = await withExamples(folder, { engine, rules }, (run) => run.findings);
      assert.deepEqual(found.map(describe), findings);
    });
  }
}

function describe({ file, ruleId, confidence, message, path: steps }: Finding): string {
  const doubt = confidence === 'certain' ? '' : ` (${confidence})`;
  return [`${path.basename(file)} ${ruleId}${doubt}: ${message}`, ...steps.map(({ label }) => label)].join(' -> ');
}
