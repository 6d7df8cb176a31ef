/**
 * Fix intents: what a finding offers, without any text. A frontend's writer turns an intent into exact edits on the
 * current text, so facts stay small and nothing is computed that nobody asks for.
 */
import type { Range } from './finding.ts';

/** What to do at a place. `at` is always the range of the expression or statement the intent is about. */
export type FixIntent =
  /** `save()` -> `await save()`; makes the enclosing function async where that is right. */
  | { readonly kind: 'await'; readonly at: Range }
  /** `save();` -> `return save();` */
  | { readonly kind: 'return'; readonly at: Range }
  /** `save();` -> `save().catch((error) => { console.error(error); });` */
  | { readonly kind: 'catch'; readonly at: Range }
  /** `xs.map(f);` -> `await Promise.all(xs.map(f));` */
  | { readonly kind: 'await-all'; readonly at: Range }
  /** `readFileSync(p)` -> `await readFile(p)` with the import of the twin. */
  | { readonly kind: 'async-twin'; readonly at: Range; readonly twin: TwinName }
  /** `xs.forEach(async (x) => { … })` -> `for (const x of xs) { … }` */
  | { readonly kind: 'for-of'; readonly at: Range }
  /** `async (x) => { … }` -> `async (x) => { try { … } catch (error) { console.error(error); } }` */
  | { readonly kind: 'catch-inside'; readonly at: Range }
  /** `catch {}` -> `catch (error) { console.error(error); }`; also for `.catch(() => {})`. */
  | { readonly kind: 'log-error'; readonly at: Range }
  /** `catch {}` -> `catch (error) { throw error; }` */
  | { readonly kind: 'rethrow'; readonly at: Range }
  /** `save()` -> `void save()`: only ever offered after a real handler. */
  | { readonly kind: 'void'; readonly at: Range };

/** Name of the asynchronous twin of a blocking call and the module that exports it. */
export interface TwinName {
  readonly module: string;
  readonly name: string;
}

/** Replaces the text of `range` by `newText`. Edits of one fix never overlap and are sorted by range. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** An intent written out on one version of the text. */
export interface Fix {
  /** As the editor shows it, for example "Add await (makes `load` async: its callers must await it)". */
  readonly title: string;
  /** Only `safe` fixes preserve behaviour and take part in `--fix` and fix-all; the others are the user's choice. */
  readonly kind: 'safe' | 'suggestion';
  readonly edits: readonly TextEdit[];
}
