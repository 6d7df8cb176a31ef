import type { BindingFact } from '../facts.ts';
import { isSafeCall } from '../catalog/safeCalls.ts';
import type { PathStep } from '../finding.ts';
import { defineRule } from '../rule.ts';

export const lostPromise = defineRule({
  id: 'lost-promise',
  severity: 'warning',
  summary: 'A promise is stored and then never awaited, or lost on one path.',
  rationale:
    'A stored promise looks handled, but when nobody waits for it its rejection is unhandled and its work may be cut off.',
  hint: 'Await it on every path, or do not store it and handle its rejection.',
  languages: ['typescript', 'python'],
  needs: ['bindings', 'program'],
  limits: [
    'Names that begin with an underscore are unused on purpose.',
    'Fields are followed only when they are private and never read.',
    'A promise that is handed to another function, returned, exported or captured by a closure is in somebody else’s hands.',
    'Silent when the called function is known never to reject.',
  ],
  *check({ facts, program, settings }) {
    for (const binding of facts.bindings) {
      if (isSafeCall(binding.target, settings.knownSafeCalls)) continue;
      if (
        binding.call >= 0 &&
        program.resolve(facts.file, binding.call).kind === 'functions' &&
        program.callRejection(facts.file, binding.call).level === 'never'
      )
        continue;
      yield {
        range: binding.range,
        message: messageOf(binding),
        path: pathOf(facts.file, binding),
        fixes:
          binding.kind === 'local' && binding.fate.kind === 'never-used' ? [{ kind: 'await', at: binding.value }] : [],
      };
    }
  },
  examples: {
    typescript: {
      bad: [
        `export async function run() {\n  const pending = save();\n  //    ^^^ never awaited\n}`,
        `export async function run(isDry: boolean) {\n  const pending = save();\n  //    ^^^ lost when\n  if (isDry) return;\n  await pending;\n}`,
        `export async function run() {\n  let pending = save();\n  //  ^^^ overwritten before\n  pending = remove('a');\n  await pending;\n}`,
        `export function run(names: string[]) {\n  const jobs = names.map((name) => remove(name));\n  //    ^^^ never awaited\n}`,
        `export function run(names: string[]) {\n  const jobs: Promise<void>[] = [];\n  for (const name of names) jobs.push(remove(name));\n  //                        ^^^ only ever added to\n}`,
        `export class Store {\n  #pending: Promise<void> | undefined;\n  refresh() { this.#pending = save(); }\n  //          ^^^ never read\n}`,
        `export function run(names: string[]) {\n  const jobs: Promise<void>[] = [];\n  names.forEach((name) => jobs.push(remove(name)));\n  //                      ^^^ \`jobs\` collects promises\n}`,
      ],
      good: [
        `export async function run() {\n  const pending = save();\n  console.log('started');\n  await pending;\n}`,
        `export function run() {\n  const pending = save();\n  return pending;\n}`,
        `export async function run(names: string[]) {\n  const jobs: Promise<void>[] = [];\n  for (const name of names) jobs.push(remove(name));\n  await Promise.all(jobs);\n}`,
        `export function run() {\n  const _pending = save();\n}`,
        `export const pending = save();`,
        `export async function run(isDry: boolean) {\n  let open = () => {};\n  const gate = new Promise<void>((done) => { open = done; });\n  if (isDry) return open;\n  await gate;\n}`,
        `export async function run(isDry: boolean) {\n  const text = load().catch(() => '');\n  if (isDry) return '';\n  return await text;\n}`,
        `export async function run(isDry: boolean) {\n  if (isDry) return;\n  const pending = save();\n  await pending;\n}`,
        `export async function run() {\n  const pending = save();\n  pending.catch(() => undefined);\n}`,
      ],
    },
    python: {
      bad: [`task = asyncio.create_task(save())\n#^^^ never awaited`],
      good: [`task = asyncio.create_task(save())\nawait task`],
    },
  },
});

function messageOf({ name, kind, fate }: BindingFact): string {
  switch (fate.kind) {
    case 'never-used':
      return kind === 'private-field'
        ? `\`${name}\` takes a promise and is never read`
        : `\`${name}\` holds a promise that is never awaited`;
    case 'overwritten':
      return `\`${name}\` holds a promise that is overwritten before anything awaits it`;
    case 'exit-before-use':
      return `\`${name}\` holds a promise that is lost when the function ends before awaiting it`;
    case 'only-collected':
      return `\`${name}\` collects promises but is only ever added to`;
    default:
      return fate satisfies never;
  }
}

function pathOf(file: string, { fate }: BindingFact): PathStep[] {
  if (fate.kind === 'overwritten') return [{ file, range: fate.at, label: 'overwritten here' }];
  return fate.kind === 'exit-before-use' ? [{ file, range: fate.at, label: 'the function can end here' }] : [];
}
