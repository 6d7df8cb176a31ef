import type { Metafile } from 'esbuild';
import { layers } from '#scripts/layers.ts';
import type { Bundle } from '#scripts/bundles.ts';

/** What is wrong with the contents and the sizes of a bundle, as one line of text each; empty when all is well. */
export function checkBundle(bundle: Bundle, metafile: Metafile): readonly string[] {
  const total = sum(Object.values(metafile.outputs).map((output) => output.bytes));
  return [
    ...foreignSources(bundle, metafile),
    ...overBudget(bundle.name, total, bundle.totalKb),
    ...Object.keys(bundle.entries).flatMap((entry) => checkEntry(bundle, metafile, entry)),
  ];
}

function foreignSources(bundle: Bundle, metafile: Metafile): readonly string[] {
  const folders = bundle.layers.map((name) => `${layers[name].folder}/`);
  const own = Object.keys(metafile.inputs).filter(
    (input) => packageOf(input) === undefined && input !== 'package.json',
  );
  return own
    .filter((input) => !folders.some((folder) => input.startsWith(folder)))
    .map((input) => `${bundle.name} contains ${input}, which is of none of its layers`);
}

function checkEntry(bundle: Bundle, metafile: Metafile, entry: string): readonly string[] {
  const source = bundle.entries[entry];
  const [file] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source) ?? [];
  if (file === undefined) return [`${bundle.name} has no output for ${entry}`];
  const budget = bundle.outputs[file];
  if (budget === undefined) return [`${file} has no size budget`];
  const loaded = loadedAtStart(metafile, file);
  const bytes = sum(loaded.map((each) => metafile.outputs[each]?.bytes ?? 0));
  const packages = new Set(loaded.flatMap((each) => Object.keys(metafile.outputs[each]?.inputs ?? {}).map(packageOf)));
  const tooEarly = (budget.notAtStart ?? []).filter((name) => packages.has(name));
  return [...overBudget(file, bytes, budget.startKb), ...tooEarly.map((name) => `${file} loads ${name} at start`)];
}

/** The file and everything it imports statically, directly or not. */
function loadedAtStart(metafile: Metafile, file: string): readonly string[] {
  const found = new Set([file]);
  for (const each of found) {
    const imports = metafile.outputs[each]?.imports ?? [];
    for (const { path, kind, external } of imports)
      if (kind === 'import-statement' && external !== true) found.add(path);
  }
  return [...found];
}

function overBudget(name: string, bytes: number, budgetKb: number): readonly string[] {
  return bytes <= budgetKb * 1000 ? [] : [`${name} has ${Math.ceil(bytes / 1000)} kB, more than ${budgetKb}`];
}

/** Name of the package that an input of a bundle comes from; `undefined` for our own source. */
function packageOf(input: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
