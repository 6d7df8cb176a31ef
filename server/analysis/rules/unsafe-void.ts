import { isSafeCall } from '../catalog/safeCalls.ts';
import { defineRule } from '../rule.ts';

export const unsafeVoid = defineRule({
  id: 'unsafe-void',
  severity: 'warning',
  summary: '`void` hides a promise that can reject.',
  rationale:
    '`void` says "I do not wait", and silences the linter, but handles nothing: when the promise rejects, Node.js ends the process.',
  hint: 'Handle the rejection: `f().catch(report)`, or catch inside the function.',
  languages: ['typescript'],
  needs: ['voided', 'program'],
  options: {
    voidOperator: {
      description: 'What `void` in front of a promise means.',
      default: 'warn-if-rejects',
      values: ['allow', 'warn-if-rejects', 'forbid'],
    },
  },
  limits: ['Silent when the called function is outside the program and nothing is known of it.'],
  *check({ facts, program, options, settings }) {
    if (options['voidOperator'] === 'allow') return;
    for (const use of facts.uses) {
      if (use.kind !== 'voided' || use.value === 'promise-array' || isSafeCall(use.target, settings.knownSafeCalls))
        continue;
      const rejection = use.call < 0 ? undefined : program.callRejection(facts.file, use.call);
      const isKnown = rejection?.level === 'may' || rejection?.level === 'always';
      if (!isKnown && options['voidOperator'] !== 'forbid') continue;
      yield {
        range: use.within,
        message: `\`void ${use.text}\` drops a rejection: ${isKnown ? 'the call can reject' : 'nothing handles it'}`,
        path: isKnown ? rejection.path.slice(1) : [],
        fixes: [{ kind: 'catch', at: use.range }],
      };
    }
  },
  examples: {
    typescript: {
      bad: [
        `async function refresh(id: string) {\n  if (id === '') throw new Error('no id');\n  await sleep(1);\n}\nvoid refresh('1');\n//^^^ can reject`,
        `void fetch('https://example.com');\n//^^^ can reject`,
        `async function refresh() { throw new Error('offline'); }\nvoid refresh().then(() => console.log('done'));\n//^^^ can reject`,
        `async function start() { await refresh(); }\nasync function refresh() { throw new Error('offline'); }\nexport function boot() {\n  void start();\n  //^^^ can reject\n}`,
        `async function both() { await Promise.all([fetch('https://example.com/a'), fetch('https://example.com/b')]); }\nvoid both();\n//^^^ can reject`,
        `async function maybe(isOnline: boolean) { return isOnline ? fetch('https://example.com') : undefined; }\nvoid maybe(true);\n//^^^ can reject`,
        `async function open(base: string) { return new URL('/x', base); }\nvoid open('https://example.com');\n//^^^ can reject`,
      ],
      good: [
        `async function route() { return Response.json({ ok: true }); }\nvoid route();`,
        `async function open() { return new URL('https://example.com/'); }\nvoid open();`,
        `async function quiet() { return 1; }\nasync function all() { await Promise.all([quiet(), quiet()]); }\nvoid all();`,
        `async function refresh() {\n  try {\n    await fetch('https://example.com');\n  } catch (error) {\n    console.error(error);\n  }\n}\nvoid refresh();`,
        `void save();`,
        `async function fire() { fetch('https://example.com').then(() => undefined, () => undefined); }\nvoid fire();`,
        `void fetch('https://example.com').catch((error) => console.error(error));`,
      ],
    },
  },
});
