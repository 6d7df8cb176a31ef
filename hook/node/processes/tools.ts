/**
 * Packages whose programs manage, build, check or start other programs and run none of the user's own code worth tracing. Their
 * children are traced. Runners that run user code themselves (mocha, vitest, jest, tsx, ts-node, vite, next, …) are not here.
 */
const toolPackages: ReadonlySet<string> = new Set([
  // Package managers.
  ...['npm', 'npx', 'pnpm', '@pnpm/exe', 'yarn', '@yarnpkg/cli', '@yarnpkg/cli-dist', 'corepack', 'only-allow'],
  ...['node-gyp', 'node-gyp-build', 'node-pre-gyp', '@mapbox/node-pre-gyp', 'prebuild-install', 'patch-package'],
  // Starters of other programs.
  ...['nodemon', 'concurrently', 'npm-run-all', 'npm-run-all2', 'cross-env', 'dotenv-cli', 'env-cmd', 'wait-on'],
  ...['husky', 'lint-staged', 'lefthook', 'turbo', 'lerna', 'c8', 'nyc'],
  // Compilers and bundlers.
  ...['typescript', '@typescript/native-preview', 'vue-tsc', 'esbuild', '@swc/cli', '@babel/cli', 'rollup', 'rolldown'],
  ...['webpack', 'webpack-cli', 'parcel', 'tsup', 'tsdown', 'unbuild', 'terser', 'sass', 'less', 'postcss-cli'],
  // Linters and formatters.
  ...['eslint', 'prettier', 'oxlint', 'oxfmt', '@biomejs/biome', 'stylelint', 'markdownlint-cli', 'knip'],
  ...['rimraf', 'npm-check-updates'],
]);

/** Package managers outside of `node_modules`: as distributions, corepack and projects keep them. */
const toolScripts: readonly RegExp[] = [
  /\/(?:npm-cli|npx-cli|corepack|yarn|yarnpkg|pnpm|pnpx)\.[cm]?js$/,
  /\/\.yarn\/releases\/[^/]+$/,
  /\/corepack\/v?\d+\/[^/]+\/[^/]+\/.+$/,
];

/** Whether a script belongs to a tool, by its real path with forward slashes. */
export function isTool(script: string | undefined): boolean {
  if (script === undefined) return false;
  const owner = packageOf(script);
  return owner === undefined ? toolScripts.some((pattern) => pattern.test(script)) : toolPackages.has(owner);
}

/**
 * Whether this is `node --test` that starts a process per test file and runs no test itself. Node gives it no inspector: the watchdog
 * connecting to it would end the process (an assertion in `ConnectToMainThread`, Node 20 to 26), so it is never traced.
 */
export function startsTestProcesses(execArgv: readonly string[]): boolean {
  const isolation = execArgv.find((flag) => /^--(?:experimental-)?test-isolation=/.test(flag));
  const isSplit = execArgv.some(
    (flag, at) => /^--(?:experimental-)?test-isolation$/.test(flag) && execArgv[at + 1] === 'none',
  );
  return execArgv.includes('--test') && isolation?.endsWith('=none') !== true && !isSplit;
}

/** Name of the package in `node_modules` that holds a file; `undefined` outside. */
function packageOf(file: string): string | undefined {
  const marker = '/node_modules/';
  const at = file.lastIndexOf(marker);
  if (at < 0) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(file.slice(at + marker.length))?.[0];
}
