import { readFile, stat } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';
import type { Rule } from '#analysis/rule.ts';
import { configurationLayer, configurationOf, type Configuration, type ConfigurationLayer } from './configuration.ts';
import { configurationSchema } from './configurationSchema.ts';
import { parseConfiguration, type ConfigurationData } from './configurationText.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { isWithin, nameOf, parentOf, realPath, relativePath, toFilePath } from './paths.ts';
import { remember } from './remember.ts';
import { isRepositoryRoot, repositoryRoot } from './repository.ts';
import { UserError } from './userError.ts';

/** Name of the file that configures the folder it is in and everything below. */
export const configurationName = 'rubato.jsonc';

/** Far above what a person writes; protects from reading a file that only has the name. */
const maxBytes = 1024 * 1024;

export interface ConfigurationOptions {
  readonly rules: readonly Rule[];
  /** Paths in messages are relative to it. */
  readonly cwd: FilePath;
  /** Used for all files instead of searching. */
  readonly configFile?: FilePath | undefined;
  /** Applied over every file's own, for example from the command line. */
  readonly extra?: ConfigurationData | undefined;
}

/** Finds and reads configurations, each file once. Make a new one when a configuration has changed. */
export interface Configurations {
  /**
   * Configuration of the files in a folder: the nearest `rubato.jsonc`, or package.json with the key `rubato`, in it or above it, up to
   * the root of the repository.
   * @throws UserError when it is wrong
   */
  forFolder(folder: FilePath): Promise<Configuration>;
}

export function configurations(options: ConfigurationOptions): Configurations {
  const reader = { ...options, schema: configurationSchema(options.rules) };
  const extra = options.extra === undefined ? [] : [configurationLayer(options.extra, options.cwd)];
  const finish = (layers: readonly ConfigurationLayer[]) => configurationOf([...layers, ...extra]);
  const none = finish([]);
  const search = remember(async (folder: FilePath): Promise<Configuration> => {
    const layers = await readIn(reader, folder);
    if (layers !== undefined) return finish(layers);
    const isLast = parentOf(folder) === folder || (await isRepositoryRoot(folder));
    return isLast ? none : search(parentOf(folder));
  });
  const named = remember(async (file: FilePath) =>
    finish(await readWithBases(reader, await namedSource(reader, file), [])),
  );
  const { configFile } = options;
  return { forFolder: configFile === undefined ? search : () => named(configFile) };
}

interface Reader extends ConfigurationOptions {
  readonly schema: JsonSchema;
}

/** A file that exists, with the key under which it holds a configuration. */
interface Source {
  readonly file: FilePath;
  readonly text: string;
  readonly key: string | undefined;
}

/** Layers of the configuration that stands in a folder itself; `undefined` when there is none. */
async function readIn(reader: Reader, folder: FilePath): Promise<readonly ConfigurationLayer[] | undefined> {
  for (const name of [configurationName, 'package.json']) {
    const source = await sourceAt(reader, toFilePath(folder, name));
    const data = source === undefined ? undefined : parse(reader, source);
    if (source !== undefined && data !== undefined) return readWithBases(reader, source, []);
  }
  return undefined;
}

/** Layers of a configuration, those it extends first. `above` are the files that led here, to see circles. */
async function readWithBases(
  reader: Reader,
  source: Source,
  above: readonly FilePath[],
): Promise<readonly ConfigurationLayer[]> {
  const data = parse(reader, source);
  if (data === undefined) throw new UserError(`${shown(reader, source.file)}: has no key "rubato"`);
  const bases: ConfigurationLayer[] = [];
  for (const written of [data.extends ?? []].flat()) {
    const base = await baseSource(reader, source.file, written);
    const trail = [...above, source.file];
    if (trail.includes(base.file))
      throw new UserError(`${shown(reader, source.file)}: "extends" leads back to ${shown(reader, base.file)}`);
    bases.push(...(await readWithBases(reader, base, trail)));
  }
  return [...bases, configurationLayer(data, parentOf(source.file), source.file)];
}

/** Only inside the repository: a configuration must not make us read other files of the machine. */
async function baseSource(reader: Reader, from: FilePath, written: string): Promise<Source> {
  const file = toFilePath(parentOf(from), written);
  const root = (await repositoryRoot(parentOf(from))) ?? parentOf(from);
  const complain = (why: string) => new UserError(`${shown(reader, from)}: "extends": "${written}" ${why}`);
  if (!/^\.\.?\//.test(written)) throw complain('must be a path that starts with ./ or ../');
  const real = await realPath(file);
  if (!isWithin(root, file) || (real !== undefined && !isWithin((await realPath(root)) ?? root, real))) {
    throw complain('leads outside of the repository');
  }
  const source = await sourceAt(reader, file);
  if (source === undefined) throw complain('does not exist');
  return source;
}

async function namedSource(reader: Reader, file: FilePath): Promise<Source> {
  const source = await sourceAt(reader, file);
  if (source === undefined) throw new UserError(`${shown(reader, file)}: there is no such configuration file`);
  return source;
}

async function sourceAt(reader: Reader, file: FilePath): Promise<Source | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  if (stats.size > maxBytes)
    throw new UserError(`${shown(reader, file)}: is larger than 1 MiB, which no configuration is`);
  const text = await readFile(file, 'utf8');
  return { file, text: text.replace(/^\uFEFF/, ''), key: nameOf(file) === 'package.json' ? 'rubato' : undefined };
}

function parse(reader: Reader, { file, text, key }: Source): ConfigurationData | undefined {
  return parseConfiguration({ name: shown(reader, file), text, key }, reader.schema);
}

function shown(reader: Reader, file: FilePath): string {
  return relativePath(reader.cwd, file);
}
