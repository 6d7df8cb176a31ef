/** Files with syntax that compilers could encode differently; each holds findings before and behind the odd place. */
const body =
  'save();\nexport async function last() { const kept = load(); save(); try { return load(); } catch { return 1; } }\n';

const bare: Readonly<Record<string, string>> = {
  'jsx.tsx': `declare namespace JSX { interface IntrinsicElements { a: { onClick?: () => void; x?: unknown; children?: unknown } } }\nexport const A = () => <a onClick={async () => { await save(); throw new Error(); }}>text {/* c */} {load() ? 1 : 2} &nbsp;<></></a>;\nexport const B = <T,>(x: T) => <a {...x as object} x={!load()} />;\n`,
  'decorators.ts': `declare function d(...all: unknown[]): any;\n@d @d(save())\nclass C<in out T> { @d() private accessor x = load(); @d static async #m(): Promise<void> { save(); } static n() { C.#m(); } m(this: C<T>, @d y?: T) { return [this.x, y]; } }\nC.n();\n`,
  'enums.ts': `enum E { A = 1, B = A << 1, 'c-d' = 3 }\nconst enum F { X = 'x' }\ndeclare enum G { Y }\nexport const e = [E.A, F.X] as const;\n`,
  'namespaces.ts': `namespace N.M { export const x = load(); save(); export namespace O { save(); } }\ndeclare global { interface Window { n: typeof N.M.x } }\ndeclare module 'm' { export function f(): void; }\n`,
  'using.ts': `export async function f() { await using x = { async [Symbol.asyncDispose]() { save(); } }; using y = null; for (using z of []) save(); for await (const w of [load()]) save(); return [x, y]; }\n`,
  'satisfies.ts': `const o = { a: save(), b: load } satisfies Record<string, unknown>;\n(save() satisfies Promise<void>);\n(<Promise<void>>save());\nsave()!;\n(save() as Promise<void>);\no.b();\n`,
  'classes.ts': `class A { static { save(); } #p = load(); static #q = load(); get [('x' + 1) as string]() { return #p in this; } constructor(private readonly z = load()) { save(); void this.z; } declare y: string; [key: string]: unknown; }\nabstract class B extends A { abstract m(): void; override n?(): void; static async *g() { save(); yield* B.g(); } }\nnew A();\n`,
  'escapes.ts': `async function s\\u0061ve2() { throw new Error(); }\nsave2();\ns\\u0061ve();\nconst \\u{61}b = load();\nconst café = load(), 変数 = load();\nvoid save2();\n`,
  'surrogates.ts': `const s = '😀😀 \\ud83d'; /* 😀 */ save(); // 👩‍👩‍👧\nconst 𠮷 = load(); const t = \`😀\${load() ? '😀' : ''}😀\`; export { s };\n`,
  'spaces.ts': `\u00a0save();\u3000save();\u2003/* \u2028 */ save(); // a\u2028save(); // b\u2029save();\n\u000b\u000csave();\n`,
  'literals.ts': `const n = [1_000n, 0x1f, .5, 1e3, 0b1, 0o7], r = /[/*]save()\\//gu; save(); const t = \`a\${\`b\${!load()}\`}c\`; n + (load() as never) + t + r;\nif (load() ?? save()) {}\nlabel: for (;;) { save(); break label; }\n`,
  'types.ts': `type F<T> = T extends (infer U extends string)[] ? \`a\${U}\` : never;\nabstract class I { abstract new(): void; f(a: string): asserts a is 'x'; f(a: number): void; f(a: unknown): void { save(); void a; } }\nfunction g<const T>(x: T): x is T & {} { save(); return true; }\nexport type { F };\nlet u: unique symbol; let v: typeof import('node:fs', { with: { 'resolution-mode': 'import' } });\nimport type T1, { type T2 as T3 } from './enums.ts';\n`,
  'imports.ts': `import fs, * as all from 'node:fs';\nimport { readFileSync as read, type Stats } from 'node:fs';\nimport { 'readFileSync' as quoted } from 'node:fs';\nimport data from './x.json' with { type: 'json' };\nimport.meta.url;\nexport * as ns from './enums.ts';\nexport async function f(s: Stats) { fs.readFileSync('a'); all?.readFileSync?.('b'); read('c'); quoted('d'); (0, fs.readFileSync)('e'); return [s, data, await import('./enums.ts')]; }\n`,
  'expressions.ts': `const o = { async *g() { save(); }, get a() { return load(); }, set a(v) { save(); }, 'b-c': async () => save(), ['d']: load(), ...{ e: load() } };\nnew.target;\no?.a?.then?.((x) => x)\no.a?.[0]?.();\n(async () => { await save(); })?.();\n!async function () { await save(); }();\nnew Promise;\ndelete o.a, typeof load(), void load();\nfor (const k in o) save();\nsave\`x\`;\nlet { a = load(), ...rest } = o; [a] = [load()]; rest ||= load(); rest ??= load();\n`,
  'broken.ts': `export async function f( { save();\nconst x = ;\nclass { m( { save(); } }\nif (load() {\n  save()\n`,
  'jsdoc.js': `/** @param {string} a @returns {Promise<void>} */\nasync function f(a) { throw new Error(a); }\n/** doc */ f('x');\n/** @type {() => Promise<void>} */ const g = /** @type {any} */ (f);\ng();\n/** @typedef {{ a: string }} T */\n/** @callback C @param {T} t */\nclass A { /** @type {Promise<void>} */ p = f('y'); /** x */ m() { /** y */ f('z') /** z */ } }\nnew A().m();\n`,
  'require.cts': `import fs = require('node:fs');\nimport N = Intl.NumberFormat;\nexport = async function () { save(); return [fs.readFileSync('x'), N]; };\n`,
};

export const oddSources: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(bare).map(([name, source]) => [name, name.endsWith('.cts') ? source : source + body]),
  ),
  'crlf.ts': `export {};\n${body}`.replaceAll('\n', '\r\n'),
  'cr.ts': `export {}; // a\n${body}`.replaceAll('\n', '\r'),
  'bom.ts': `\ufeffexport {};\n${body}`,
  'hashbang.ts': `#!/usr/bin/env node\nexport {};\n${body}`,
  'bomHashbang.ts': `\ufeff#!/usr/bin/env node\r\n// c\r\nexport {};\r\n${body}`,
  'mixed.ts': `export {};\r\n/* a\r\n b */ save();\r\r\nsave();\n\r${body}`,
};
