import {
  findNodeAtLocation,
  modify,
  parseTree,
  type FormattingOptions,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { FilePath } from '#analysis/finding.ts';
import type { TextEdit } from '#analysis/fixes.ts';
import { configurationName } from './configurationFiles.ts';
import { isWithin, nameOf, toFilePath, upward } from './paths.ts';
import { readSmallFile } from './readSmallFile.ts';
import { isRepositoryRoot } from './repository.ts';

/** How a configuration must change. */
export interface ConfigurationChange {
  readonly file: FilePath;
  /** Text that the edits are for; `undefined`: the file is to be made. */
  readonly text: string | undefined;
  /** Sorted; offsets as before the change. */
  readonly edits: readonly TextEdit[];
}

/**
 * The change that switches a rule off where the configuration of a folder stands: the file that holds for the folder, or a new
 * `rubato.jsonc` in `root`. `undefined` when that file cannot be read, is damaged, or stands outside of the repository of `root`.
 * Comments, and the options of the rule, stay.
 */
export async function switchOffRule(
  ruleId: string,
  { folder, root }: { readonly folder: FilePath; readonly root: FilePath },
): Promise<ConfigurationChange | undefined> {
  const found = await nearest(folder);
  if (found === 'damaged') return undefined;
  if (found !== undefined) return { file: found.file, text: found.text, edits: editsOf(found, ruleId) };
  if (!isWithin(root, folder)) return undefined;
  const text = `{\n  "rules": {\n    ${JSON.stringify(ruleId)}: "off"\n  }\n}\n`;
  const edit = { range: { start: 0, end: 0 }, newText: text };
  return { file: toFilePath(root, configurationName), text: undefined, edits: [edit] };
}

interface Written {
  readonly file: FilePath;
  readonly text: string;
  readonly tree: Node | undefined;
  /** Where the configuration stands in the text. */
  readonly path: readonly string[];
}

/** The same search as that of `configurations`, without following `extends`. */
async function nearest(folder: FilePath): Promise<Written | 'damaged' | undefined> {
  for (const each of upward(folder)) {
    for (const name of [configurationName, 'package.json']) {
      const written = await readIn(toFilePath(each, name));
      if (written !== undefined) return written;
    }
    if (await isRepositoryRoot(each)) return undefined;
  }
  return undefined;
}

async function readIn(file: FilePath): Promise<Written | 'damaged' | undefined> {
  const isPackage = nameOf(file) !== configurationName;
  const text = await readSmallFile(file);
  if (text === undefined) return undefined;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: !isPackage, allowEmptyContent: true });
  const path = isPackage ? ['rubato'] : [];
  if (isPackage && (tree === undefined || findNodeAtLocation(tree, path) === undefined)) return undefined;
  return errors.length > 0 ? 'damaged' : { file, text, tree, path };
}

function editsOf({ text, tree, path }: Written, ruleId: string): readonly TextEdit[] {
  const rule = [...path, 'rules', ruleId];
  const isWithOptions = tree !== undefined && findNodeAtLocation(tree, rule)?.type === 'array';
  const changes = modify(text, isWithOptions ? [...rule, 0] : rule, 'off', { formattingOptions: formatOf(text) });
  return changes
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, length, content }) => ({ range: { start: offset, end: offset + length }, newText: content }));
}

function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.includes('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
