/** From a module's text to the changed text, unchecked. */
import type { AnyNode, Program } from 'acorn';
import type { TransformedModule, TransformOptions } from '../contracts.ts';
import { Edits, type AppliedEdits } from './edits.ts';
import { LineTable } from './lineTable.ts';
import { freshFrame, taskStart } from './rewriteFunctions.ts';
import { SiteBook } from './siteBook.ts';
import { parseModule } from './syntax.ts';
import { visit } from './visit.ts';
import type { Frame, Walk } from './walk.ts';
import { speaksOfPromises } from './worthParsing.ts';

/** A changed module, and the text by which it is checked. */
export type RewrittenModule = TransformedModule & AppliedEdits;

/** `undefined` when there is nothing to add. Throws when the source does not parse or is nested too deeply. */
export function rewriteModule(source: string, options: TransformOptions): RewrittenModule | undefined {
  const authored = options.authored?.length === source.length ? options.authored : source;
  const program = parseModule(source, options.format);
  const lines = new LineTable(source);
  const sites = new SiteBook({ authored, lines, file: options.file, firstSite: options.firstSite, name: options.name });
  const frame = moduleFrame(program, options, source);
  const walk: Walk = {
    ...{ source, authored, sites, frame, edits: new Edits(), hasPromises: speaksOfPromises(source) },
    ...{ holder: undefined, watch: undefined, handlers: new Map(), links: new Set(), listed: -1, loopHead: undefined },
    visit(node, parent) {
      visit(walk, node, parent);
    },
  };
  visitProgram(walk, program);
  return walk.edits.isEmpty ? undefined : { ...walk.edits.apply(source, lines), sites: sites.finish(frame) };
}

/** A byte order mark is no part of the text. */
function moduleFrame(node: Program, { format }: TransformOptions, source: string): Frame {
  return {
    ...{ node, parent: node, holder: undefined, isAsyncGenerator: false },
    ...{ start: source.startsWith('\ufeff') ? 1 : 0, end: source.length },
    ...{ isTask: format === 'module', ...freshFrame() },
  };
}

/** A module that awaits is a task from its first statement to its last. Imports have run before, wherever they stand. */
function visitProgram(walk: Walk, program: Program): void {
  const { edits, frame } = walk;
  const head = importHead(program);
  const body = program.body.slice(head);
  const first = body.find((each) => each.type !== 'ExpressionStatement' || each.directive === undefined);
  if (walk.source.startsWith('#!')) edits.mask(0, /^.*/.exec(walk.source)?.[0].length ?? 0, '');
  const start = edits.reserve(first?.start ?? 0);
  for (const statement of body) walk.visit(statement, program);
  const last = body.at(-1);
  if (frame.site === 0 || last === undefined) return;
  edits.fill(start, taskStart(frame));
  edits.insert(last.end, ';__rubato.e(void 0,__rubato_t);');
}

/** How many statements at the beginning stand for imports and exports: Vite writes `const … = await __vite_ssr_import__(…)` for them. */
function importHead({ body }: Program): number {
  const head = body.findIndex((statement) => !standsForImport(statement));
  return head < 0 ? body.length : head;
}

function standsForImport(statement: Program['body'][number]): boolean {
  if (statement.type === 'ExpressionStatement') return isCallOf(statement.expression, /^__vite_ssr_export/);
  if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return false;
  const init = statement.declarations[0]?.init;
  return init?.type === 'AwaitExpression' && isCallOf(init.argument, /^__vite_ssr_(?:dynamic_)?import__$/);
}

function isCallOf(node: AnyNode, name: RegExp): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && name.test(node.callee.name);
}
