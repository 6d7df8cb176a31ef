/** Files of a project by path: `count` modules that call each other, with an async bug in every tenth and a blocking helper far below. */
export function generatedProject(count: number): Readonly<Record<string, string>> {
  const modules = Array.from(
    { length: count },
    (_, index) => [`src/module${index}.ts`, generatedModule(index, count)] as const,
  );
  return {
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, types: [] },
      include: ['src'],
    }),
    'package.json': '{ "type": "module" }',
    'src/node.d.ts': nodeTypes,
    ...Object.fromEntries(modules),
  };
}

/** A file of about so many lines, full of async functions, with places to type at. */
export function longFile(lines: number): string {
  const blocks = Array.from({ length: Math.ceil(lines / 16) }, (_, index) => longBlock(index));
  return `import { readFile } from 'node:fs/promises';\n\n${blocks.join('\n')}`;
}

const nodeTypes = `declare module 'node:fs' { export function readFileSync(path: string, encoding: string): string; }
declare module 'node:fs/promises' { export function readFile(path: string, encoding: string): Promise<string>; }
declare const console: { log(...values: unknown[]): void };
`;

/** Modules form a tree: each imports two others, and the way from the first to a leaf is about as long as in real projects. */
function generatedModule(index: number, count: number): string {
  const children = [2 * index + 1, 2 * index + 2].filter((child) => child < count);
  const imports = children.map((child) => `import { load${child}, Store${child} } from './module${child}.js';`);
  const callsOn =
    children.length === 0
      ? `readFileSync('x', 'utf8')`
      : children.map((child) => `load${child}(depth - 1)`).join(' + ');
  const from = children.length === 0 ? `import { readFileSync } from 'node:fs';` : imports.join('\n');
  const parent = children[0] === undefined ? '' : ` extends Store${children[0]}`;
  const bug = index % 10 === 0 ? `  save${index}(store);\n` : `  await save${index}(store);\n`;
  return `${from}

export class Store${index}${parent} {
  readonly items${index} = new Map<string, Promise<number>>();
  async get${index}(key: string): Promise<number> {
    return (await this.items${index}.get(key)) ?? ${index};
  }
}

export function load${index}(depth: number): string {
  return depth > 0 ? ${callsOn} : 'done';
}

export async function save${index}(store: Store${index}): Promise<void> {
  const values = await Promise.all(['a', 'b'].map((key) => store.get${index}(key)));
  if (values.some((value) => value < 0)) throw new RangeError(\`bad \${values.join()}\`);
}

export async function handle${index}(store: Store${index}): Promise<string> {
${bug}  try {
    await Promise.all([save${index}(store), store.get${index}('c')]);
  } catch (error) {
    console.log('failed', error);
  }
  return \`\${await store.get${index}('d')}\`;
}
`;
}

function longBlock(index: number): string {
  return `export async function step${index}(input: readonly string[]): Promise<string[]> {
  // type here
  const texts: string[] = [];
  for (const name of input) {
    const text = await readFile(name, 'utf8');
    if (text.length > ${index}) texts.push(text.toUpperCase());
  }
  const [first = ''] = await Promise.all(input.map(async (name) => (await readFile(name, 'utf8')).trim()));
  try {
    await step${Math.max(0, index - 1)}(texts.slice(0, 1));
  } catch (error) {
    console.log(error);
  }
  return [...texts, first];
}
`;
}
