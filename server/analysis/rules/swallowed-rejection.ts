import type { HandlerFact } from '../facts.ts';
import type { FixIntent } from '../fixes.ts';
import type { Severity } from '../finding.ts';
import { defineRule } from '../rule.ts';

export const swallowedRejection = defineRule({
  id: 'swallowed-rejection',
  severity: 'warning',
  summary: 'A rejection is caught and dropped: nobody will know that the work failed.',
  rationale: 'An empty `catch` turns a failed write into a silent loss. The cause is gone when somebody looks for it.',
  hint: 'Log it, rethrow it, or say in a comment why it may be dropped.',
  languages: ['typescript', 'python'],
  needs: ['handlers'],
  limits: [
    'Only handlers of asynchronous work: a `try` block without `await` is another rule’s business.',
    'A handler that calls something, sets state or reads the error is taken as handling it.',
    'Closing, deleting and aborting may fail without loss, and a failing `stat` or `access` is an answer: both are silent.',
    '`pending.catch(() => {})` on a promise that is kept in a variable only marks it as handled.',
  ],
  *check({ facts }) {
    for (const handler of facts.handlers) {
      if (!handler.guardsAsync || handler.isBenign || !isDropped(handler)) continue;
      yield {
        range: rangeOf(handler),
        message: messageOf(handler),
        severity: severityOf(handler),
        fixes: fixesOf(handler),
      };
    }
  },
  examples: {
    typescript: {
      bad: [
        `export async function run() {\n  try {\n    await save();\n  } catch {}\n  //^^^ drops the rejection\n}`,
        `await save().catch(() => {});\n//           ^^^ drops the rejection`,
        `await save().then(() => 1, () => undefined);\n//           ^^^ drops the rejection`,
        `export async function read() {\n  try {\n    return await load();\n  } catch {\n  //^^^ replaces the rejection by a constant\n    return '';\n  }\n}`,
        `export async function run() {\n  try {\n    await save();\n  } catch {\n  //^^^ drops the rejection\n    // It will be tried again at the next start.\n  }\n}`,
        `declare function importOrders(): Promise<void>;\ntry {\n  await importOrders();\n} catch {}\n//^^^ drops the rejection`,
        `try {\n  await save();\n} catch (error) { void error; }\n//^^^ drops the rejection`,
      ],
      good: [
        `export async function run() {\n  try {\n    await save();\n  } catch (error) {\n    console.error(error);\n  }\n}`,
        `export async function run() {\n  try {\n    await save();\n  } catch (error) {\n    throw new Error('not saved', { cause: error });\n  }\n}`,
        `export async function read() {\n  try {\n    return await load();\n  } catch (error) {\n    if ((error as { code?: string }).code !== 'ENOENT') throw error;\n    return '';\n  }\n}`,
        `export function run() {\n  try {\n    JSON.parse('x');\n  } catch {}\n}`,
        `declare const file: { close(): Promise<void> };\nawait file.close().catch(() => {});`,
        `export async function run() {\n  const pending = save();\n  pending.catch(() => {});\n  await load();\n  await pending;\n}`,
        `import { stat } from 'node:fs/promises';\nexport const exists = (path: string) => stat(path).then(() => true).catch(() => false);`,
        `export function start(done: (error?: unknown) => void = () => {}) { save().then(() => done(), done).catch(done); }`,
        `export async function works() {\n  try {\n    await save();\n    return true;\n  } catch {\n    return false;\n  }\n}`,
        `export async function run() {\n  try {\n    await save();\n  } catch (error) {\n    await remove('a').catch(() => {});\n    throw error;\n  }\n}`,
        `let prettier: unknown;\ntry {\n  prettier = await import('node:path');\n} catch {}\nexport { prettier };`,
        `declare const text: { catch(fallback: () => void): string };\nexport const parsed = text.catch(() => {});`,
      ],
    },
    python: {
      bad: [`try:\n    await save()\nexcept Exception:\n#^^^ drops the exception\n    pass`],
      good: [`try:\n    await save()\nexcept OSError:\n    log.exception('not saved')`],
    },
  },
});

function isDropped({ outcome }: HandlerFact): boolean {
  return outcome === 'empty' || outcome === 'default';
}

/** A default value, a way to go on or a comment shows that somebody thought about the failure: worth a look, not a warning. */
function severityOf({ outcome, hasComment, hasFallback }: HandlerFact): Severity {
  return outcome === 'default' || hasComment || hasFallback ? 'hint' : 'warning';
}

function rangeOf({ kind, range, nameRange }: HandlerFact): HandlerFact['range'] {
  return kind === 'catch-clause' ? nameRange : { start: nameRange.start, end: range.end };
}

function messageOf({ outcome, kind }: HandlerFact): string {
  const who = kind === 'catch-clause' ? 'This `catch`' : 'This handler';
  return outcome === 'empty'
    ? `${who} drops the rejection of the work it guards`
    : `${who} replaces the rejection by a constant: the cause is lost`;
}

function fixesOf({ range, kind, outcome }: HandlerFact): FixIntent[] {
  const log: FixIntent = { kind: 'log-error', at: range };
  return kind === 'catch-clause' && outcome === 'empty' ? [log, { kind: 'rethrow', at: range }] : [log];
}
