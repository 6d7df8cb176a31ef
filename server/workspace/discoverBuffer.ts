import type { FilePath, Problem } from '#analysis/finding.ts';
import { isIgnored } from './configuration.ts';
import type { Configurations } from './configurationFiles.ts';
import type { Discovery } from './discover.ts';
import { inspectContent } from './inspectFile.ts';
import type { Buffered } from './lintRequest.ts';
import { nameOf, parentOf, realPath, toFilePath } from './paths.ts';
import { sourceKind } from './sourceKinds.ts';
import { UserError } from './userError.ts';

/** A buffer that is judged: its real name and its text, as `discover` gives files. */
export interface BufferDiscovery extends Discovery {
  readonly texts: ReadonlyMap<FilePath, string>;
}

export interface BufferRequest {
  readonly buffer: Buffered;
  readonly configurations: Configurations;
  readonly useIgnores: boolean;
}

/**
 * Judges by name and content whether a buffer can be judged. Nothing need exist under its name.
 * @throws UserError for a name that is not one of code
 */
export async function discoverBuffer({ buffer, configurations, useIgnores }: BufferRequest): Promise<BufferDiscovery> {
  const file = await realName(buffer.file);
  if (sourceKind(file) !== 'code')
    throw new UserError(`${nameOf(file)} is not the name of a JavaScript or TypeScript file`);
  const none = {
    files: [],
    hidden: new Set<FilePath>(),
    problems: [],
    ignoredCount: 0,
    texts: new Map<FilePath, string>(),
  };
  if (useIgnores && isIgnored(await configurations.forFolder(parentOf(file)), file))
    return { ...none, ignoredCount: 1 };
  const content = Buffer.from(buffer.content);
  const inspection = inspectContent(content);
  const note = (message: string): readonly Problem[] => [{ file, kind: 'note', message }];
  if (inspection.kind === 'unreadable') return { ...none, problems: note(`${inspection.reason}: not judged`) };
  const problems = inspection.kind === 'text' && inspection.note !== undefined ? note(inspection.note) : [];
  return {
    ...none,
    files: [file],
    problems,
    texts: new Map([[file, content.toString('utf8').replace(/^\uFEFF/, '')]]),
  };
}

/** Links in the folders above are resolved, so that the tsconfig of the real place is found. */
async function realName(file: FilePath): Promise<FilePath> {
  const folder = await realPath(parentOf(file));
  return (await realPath(file)) ?? (folder === undefined ? file : toFilePath(folder, nameOf(file)));
}
