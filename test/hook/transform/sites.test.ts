/** The site table of small modules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformModule } from '#hook/transform/transformModule.ts';
import type { Site } from '#protocol/sites.ts';
import { contentHash } from '#protocol/contentHash.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  readonly authored?: string;
  readonly format?: 'module' | 'commonjs';
  /** `id kind line:column label < owner +offset`, functions without the part behind the label. */
  readonly sites: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'awaits and their functions',
    source: `async function load(id) {\n  return await fetch(\n    id,\n  );\n}\n  load(1);`,
    sites: ['1 function 1:1 load', '2 await 2:10 fetch( id, ) < 1 +35', '3 call 6:3 load(1) < 0 +65'],
  },
  {
    name: 'names of functions',
    source: `const a = async () => 1; b = async function () {}; o.c = async () => 2; const d = { async e() {}, f: async () => 3, async ['g']() {}, async 'h-i'() {} };
class J { async k() {} static async #l() {} m = async () => 4; constructor() { JSON.parse(5) } get n() { JSON.parse(6) } static { JSON.parse(7) } }
ids.map(async (x) => x); new Q(async function () {}); (async () => {})(); f(async function r() {}); export default async () => {};
const [s = async () => 8] = [async () => 9]; export async function t(u = async () => 10) {} const V = class { async w() {} }; x(class { async y() {} });`,
    format: 'module',
    sites: [
      '1 function 1:11 a',
      '2 function 1:30 b',
      '3 function 1:58 c',
      '4 function 1:85 d.e',
      '5 function 1:102 d.f',
      '6 function 1:117 d.computed member',
      '7 function 1:135 d.h-i',
      '8 function 2:11 J.k',
      '9 function 2:24 J.#l',
      '10 function 2:49 J.m',
      '11 sync-function 2:64 new J',
      '12 blocking 2:80 JSON.parse(5) < 11 +16',
      '13 sync-function 2:96 J.n',
      '14 blocking 2:106 JSON.parse(6) < 13 +10',
      '15 sync-function 2:122 J.static block',
      '16 blocking 2:131 JSON.parse(7) < 15 +9',
      '17 call 3:1 ids.map(async (x) => x) < 0 +302',
      '18 function 3:9 callback of ids.map()',
      '19 function 3:32 callback of Q()',
      '20 call 3:55 (async () => {})() < 0 +356',
      '21 function 3:56 immediately called function',
      '22 call 3:75 f(async function r() {}) < 0 +376',
      '23 function 3:77 r',
      '24 function 3:116 default export',
      '25 function 4:12 s',
      '26 function 4:30 (anonymous)',
      '27 function 4:46 t',
      '28 function 4:74 u',
      '29 function 4:111 V.w',
      '30 call 4:127 x(class { async y() {} }) < 0 +559',
      '31 function 4:137 y',
    ],
  },
  {
    name: 'a module that awaits, which owns what stands before',
    source: `load();\nconst x = await load();\nfor await (const y of x) save(y);`,
    format: 'module',
    sites: [
      '1 call 1:1 load() < 2 +0',
      '2 module 1:1 file.js',
      '3 await 2:11 load() < 2 +18',
      '4 for-await 3:1 x < 2 +32',
      '5 call 3:26 save(y) < 2 +57',
    ],
  },
  {
    name: 'handlers and the function around them',
    source: `async function f() { try { await 1 } catch {} return g().catch(() => {}).then(h, (e) => null) }`,
    sites: [
      '1 function 1:1 f',
      '2 await 1:28 1 < 1 +27',
      '3 catch 1:38 catch < 1 +37',
      '4 catch 1:58 .catch() < 1 +57',
      '5 catch 1:74 .then() < 1 +73',
    ],
  },
  {
    name: 'yields of generators',
    source: `async function* g() { yield; yield 1; yield* h(); return 2 }`,
    sites: [
      '1 function 1:1 g',
      '2 yield 1:23 yield < 1 +22',
      '3 yield 1:30 1 < 1 +29',
      '4 yield 1:39 h() < 1 +38',
      '5 await 1:51 2 < 1 +50',
    ],
  },
  {
    name: 'long labels',
    source: `async () => { await fetch('${'long'.repeat(30)}') }`,
    sites: ['1 function 1:1 (anonymous)', `2 await 1:15 fetch('${'long'.repeat(18)} < 1 +14`.replace(' <', '… <')],
  },
  {
    name: 'authored text with types',
    authored: `class S { private async load<T>(id: T) { return await (id as Promise<T>); } }\nexport const a = async <T>(x: T) => (await x) as string;`,
    source: `class S {         async load   (id   ) { return await (id              ); } }\nexport const a = async    (x   ) => (await x)          ;`,
    format: 'module',
    sites: [
      '1 function 1:11 S.load',
      '2 await 1:49 (id as Promise<T>) < 1 +38',
      '3 function 2:18 a',
      '4 await 2:38 x < 3 +20',
    ],
  },
  {
    name: 'lines of all kinds, and a byte order mark',
    source: `\ufeffload();\r\nload();\rload();\u2028load();\n\nasync () => {}`,
    sites: [
      '1 call 1:2 load() < 0 +0',
      '2 call 2:1 load() < 0 +9',
      '3 call 3:1 load() < 0 +17',
      '4 call 4:1 load() < 0 +25',
      '5 function 6:1 (anonymous)',
    ],
  },
];

for (const { name, source, authored, format = 'commonjs', sites } of cases) {
  test(`sites: ${name}`, () => {
    const place = { format, file: 7, firstSite: 1, name: 'file.js' } as const;
    const result = transformModule(source, authored === undefined ? place : { ...place, authored });
    const found = result?.sites.map(({ id, kind, line, column, label, owner, offset }) => {
      const isInside = !['function', 'sync-function', 'module'].includes(kind);
      return `${id} ${kind} ${line}:${column} ${label}${isInside ? ` < ${owner} +${offset}` : ''}`;
    });
    assert.deepEqual(found, sites);
    checkPlaces(source, result?.sites ?? []);
    assert.ok(result?.sites.every(({ file, hash, owner, id }) => file === 7 && (hash === undefined || owner === id)));
  });
}

/** Offsets from owners must lead to the places that lines and columns say. */
function checkPlaces(source: string, sites: readonly Site[]): void {
  const starts = [...source.matchAll(/(?:^|\r\n|[\n\r\u2028])/g)].map(({ index, 0: end }) => index + end.length);
  const placeOf = ({ line, column }: Site): number => (starts[line - 1] ?? 0) + column - 1;
  for (const site of sites) {
    const owner = sites.find(({ id }) => id === site.owner);
    const start = owner === undefined || owner.kind === 'module' ? source.search(/[^\ufeff]/) : placeOf(owner);
    assert.equal(placeOf(site), start + site.offset, site.label);
  }
}

test('ids go on where the last module ended', () => {
  const result = transformModule('async () => await 1', { format: 'commonjs', file: 1, firstSite: 41, name: 'x' });
  assert.deepEqual(
    result?.sites.map(({ id, owner }) => [id, owner]),
    [
      [41, 41],
      [42, 41],
    ],
  );
  assert.match(result?.code ?? '', /__rubato\.b\(41\).*1.*,__rubato_t,42\)/);
});

test('a function is hashed from its first token to its last', () => {
  const method = 'static async load() { await 1; }';
  const result = transformModule(`class A { /** doc */ ${method} }`, {
    format: 'commonjs',
    file: 1,
    firstSite: 1,
    name: 'x',
  });
  assert.equal(result?.sites[0]?.hash, contentHash(method));
});
