/**
 * Calls that stop the thread until they are done, with their asynchronous twins. Names alone prove nothing: an entry matches a call
 * only when the module is known too. Sources: the Node.js 24 documentation of each module, and the packages' own.
 */
import type { TwinName } from '../fixes.ts';
import type { CallFact } from '../facts.ts';

export interface BlockingApi {
  /** Module without `node:`; `lib` for globals. */
  readonly module: string;
  /** Dotted name inside the module. */
  readonly name: string;
  /** `short` calls ask the file system one question; the others take as long as their input is large. */
  readonly cost: 'short' | 'long';
  /** Awaitable replacement that takes the same arguments; `undefined` when there is none. */
  readonly twin: TwinName | undefined;
  /** What to do when there is no twin with the same arguments. */
  readonly advice: string | undefined;
  /** Number of arguments up to which the call blocks; with more of them a callback makes it asynchronous. */
  readonly blocksWithout?: 'callback';
}

interface Group {
  readonly module: string;
  readonly cost: BlockingApi['cost'];
  readonly twins?: string;
  readonly advice?: string;
  /** `syncName` or `syncName>asyncName`, separated by blanks. */
  readonly names: string;
  readonly blocksWithout?: 'callback';
}

const WORKER = 'Move it to a worker thread';

/** Node's file system; packages that wrap it have the same names. */
const FILE_SYSTEM: readonly Group[] = [
  {
    module: 'fs',
    cost: 'short',
    twins: 'node:fs/promises',
    names:
      'accessSync>access chmodSync>chmod chownSync>chown lchownSync>lchown lstatSync>lstat lutimesSync>lutimes linkSync>link mkdirSync>mkdir ' +
      'mkdtempSync>mkdtemp readlinkSync>readlink realpathSync>realpath renameSync>rename rmdirSync>rmdir statSync>stat statfsSync>statfs ' +
      'symlinkSync>symlink truncateSync>truncate unlinkSync>unlink utimesSync>utimes',
  },
  {
    module: 'fs',
    cost: 'short',
    advice: 'Use `access` of `node:fs/promises` in a try block, or open the file and handle the error',
    names: 'existsSync',
  },
  {
    module: 'fs',
    cost: 'short',
    advice: 'Open the file with `open` of `node:fs/promises` and use the methods of its handle',
    names:
      'openSync closeSync fstatSync fchmodSync fchownSync futimesSync ftruncateSync opendirSync realpathSync.native',
  },
  {
    module: 'fs',
    cost: 'long',
    advice: 'Open the file with `open` of `node:fs/promises` and use the methods of its handle',
    names: 'readSync readvSync writeSync writevSync fsyncSync fdatasyncSync',
  },
  {
    module: 'fs',
    cost: 'long',
    twins: 'node:fs/promises',
    names:
      'appendFileSync>appendFile copyFileSync>copyFile cpSync>cp readFileSync>readFile readdirSync>readdir rmSync>rm writeFileSync>writeFile',
  },
  { module: 'fs', cost: 'long', advice: 'Use `glob` of `node:fs/promises` with `for await`', names: 'globSync' },
];

const GROUPS: readonly Group[] = [
  ...FILE_SYSTEM,
  ...FILE_SYSTEM.map((group) => ({ ...group, module: 'graceful-fs' })),
  ...FILE_SYSTEM.map((group) => ({
    ...group,
    module: 'fs-extra',
    ...(group.twins === undefined ? {} : { twins: 'fs-extra' }),
  })),
  {
    module: 'child_process',
    cost: 'long',
    advice: 'Use the promisified `exec`, `execFile` or `spawn`',
    names: 'execSync execFileSync spawnSync',
  },
  {
    module: 'crypto',
    cost: 'long',
    advice: 'Use the callback form, which runs on the thread pool, through `promisify`',
    names:
      'pbkdf2Sync scryptSync generateKeyPairSync generateKeySync generatePrimeSync checkPrimeSync hkdfSync argon2Sync',
    blocksWithout: 'callback',
  },
  {
    module: 'crypto',
    cost: 'long',
    advice: 'Use the callback form, which runs on the thread pool, through `promisify`',
    names: 'randomBytes randomFillSync',
    blocksWithout: 'callback',
  },
  {
    module: 'zlib',
    cost: 'long',
    advice: 'Use the callback form, which runs on the thread pool, through `promisify`, or a stream',
    names:
      'gzipSync gunzipSync deflateSync inflateSync deflateRawSync inflateRawSync unzipSync brotliCompressSync brotliDecompressSync ' +
      'zstdCompressSync zstdDecompressSync',
  },
  { module: 'lib', cost: 'long', advice: 'Use `Atomics.waitAsync`, or wait in a worker thread', names: 'Atomics.wait' },
  {
    module: 'v8',
    cost: 'long',
    advice: 'Take it in a process that serves nobody',
    names: 'writeHeapSnapshot getHeapSnapshot',
  },
  {
    module: 'vm',
    cost: 'long',
    advice: WORKER,
    names:
      'runInContext runInNewContext runInThisContext Script.runInContext Script.runInNewContext Script.runInThisContext',
  },
  {
    module: 'fs-extra',
    cost: 'short',
    twins: 'fs-extra',
    names:
      'ensureDirSync>ensureDir ensureFileSync>ensureFile mkdirpSync>mkdirp mkdirsSync>mkdirs pathExistsSync>pathExists ' +
      'ensureLinkSync>ensureLink ensureSymlinkSync>ensureSymlink',
  },
  {
    module: 'fs-extra',
    cost: 'long',
    twins: 'fs-extra',
    names:
      'copySync>copy emptyDirSync>emptyDir moveSync>move outputFileSync>outputFile outputJsonSync>outputJson ' +
      'outputJSONSync>outputJSON readJsonSync>readJson readJSONSync>readJSON removeSync>remove writeJsonSync>writeJson ' +
      'writeJSONSync>writeJSON',
  },
  { module: 'glob', cost: 'long', twins: 'glob', names: 'globSync>glob sync>glob' },
  { module: 'fast-glob', cost: 'long', advice: 'Call the module itself: it returns a promise', names: 'sync globSync' },
  { module: 'tinyglobby', cost: 'long', twins: 'tinyglobby', names: 'globSync>glob' },
  { module: 'globby', cost: 'long', twins: 'globby', names: 'globbySync>globby' },
  { module: 'rimraf', cost: 'long', twins: 'rimraf', names: 'rimrafSync>rimraf sync>rimraf' },
  { module: 'mkdirp', cost: 'short', twins: 'mkdirp', names: 'mkdirpSync>mkdirp sync>mkdirp' },
  { module: 'execa', cost: 'long', twins: 'execa', names: 'execaSync>execa execaCommandSync>execaCommand sync>execa' },
  {
    module: 'cross-spawn',
    cost: 'long',
    advice: 'Call the module itself and listen for `close`',
    names: 'sync spawn.sync',
  },
  {
    module: 'shelljs',
    cost: 'long',
    advice: 'Pass `{ async: true }` and a callback',
    names: 'exec',
    blocksWithout: 'callback',
  },
  { module: 'bcrypt', cost: 'long', twins: 'bcrypt', names: 'hashSync>hash compareSync>compare genSaltSync>genSalt' },
  {
    module: 'bcryptjs',
    cost: 'long',
    twins: 'bcryptjs',
    names: 'hashSync>hash compareSync>compare genSaltSync>genSalt',
  },
  {
    module: 'better-sqlite3',
    cost: 'long',
    advice: WORKER,
    names: 'Database.exec Statement.run Statement.all Statement.get',
  },
  {
    module: 'node:sqlite',
    cost: 'long',
    advice: WORKER,
    names: 'DatabaseSync.exec StatementSync.run StatementSync.all StatementSync.get StatementSync.iterate',
  },
  {
    module: 'readline-sync',
    cost: 'long',
    advice: 'Use `node:readline/promises`',
    names: 'question prompt keyIn keyInYN',
  },
  { module: 'deasync', cost: 'long', advice: 'Await the promise instead', names: 'sleep loopWhile runLoopOnce' },
  { module: 'resolve', cost: 'short', advice: 'Use the callback form', names: 'sync' },
  { module: 'find-up', cost: 'short', twins: 'find-up', names: 'findUpSync>findUp sync>findUp' },
  { module: 'which', cost: 'short', advice: 'Call the module itself: it returns a promise', names: 'sync' },
  { module: 'jsonfile', cost: 'long', twins: 'jsonfile', names: 'readFileSync>readFile writeFileSync>writeFile' },
  { module: 'cosmiconfig', cost: 'long', twins: 'cosmiconfig', names: 'cosmiconfigSync>cosmiconfig' },
];

/** Every entry, for documentation and tests. */
export const blockingApis: readonly BlockingApi[] = GROUPS.flatMap(entriesOf);

const byPlace: ReadonlyMap<string, BlockingApi> = new Map(
  blockingApis.map((api) => [`${api.module}#${api.name}`, api]),
);
const lastNames: ReadonlySet<string> = new Set(blockingApis.map(({ name }) => name.split('.').at(-1) ?? name));

/** Whether a call of this name is worth resolving. Modules that are themselves the function have no fixed name: they are found by import. */
export function isBlockingName(name: string): boolean {
  return lastNames.has(name);
}

/** The entry for a resolved call; `undefined` when it does not block or was given a callback. */
export function findBlockingApi(
  place: { readonly module: string; readonly name: string },
  call: CallFact,
): BlockingApi | undefined {
  const api =
    byPlace.get(`${place.module}#${place.name}`) ?? byPlace.get(`${place.module}#${withoutPrefix(place.name)}`);
  if (api === undefined || (api.blocksWithout === 'callback' && call.hasCallback)) return undefined;
  if (!api.name.startsWith('random')) return api;
  // Sizes that are not written down are mostly those of keys and names.
  if (call.size === undefined) return { ...api, cost: 'short' };
  return call.size <= SMALL_RANDOM ? undefined : api;
}

/** Bytes that a random generator delivers in microseconds: keys, tokens and names. */
const SMALL_RANDOM = 4096;

/** `default.readFileSync` and `promises.x` come from how a module was imported; only the first is a detour. */
function withoutPrefix(name: string): string {
  return name.replace(/^(default|__global)\./, '');
}

function entriesOf({ module, cost, twins, advice, names, blocksWithout }: Group): BlockingApi[] {
  return names
    .split(' ')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [name = '', twin] = entry.split('>');
      return {
        module,
        name,
        cost,
        twin: twin === undefined || twins === undefined ? undefined : { module: twins, name: twin },
        advice,
        ...(blocksWithout === undefined ? {} : { blocksWithout }),
      };
    });
}
