import { stat } from 'node:fs/promises';
import { rules } from '#analysis/rules/index.ts';
import { isIgnored, ruleStates, unusedSuppressionSeverity } from '#workspace/configuration.ts';
import { configurations } from '#workspace/configurationFiles.ts';
import { parentOf, realPath, relativePath, toFilePath } from '#workspace/paths.ts';
import { unusedSuppression } from '#analysis/suppress.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { writeAll } from './output.ts';

/** Prints what holds for a file, which need not exist, or for the files of a folder, as JSON. @throws UserError for a wrong configuration */
export async function printConfigCommand(written: string, { config }: { readonly config?: string }): Promise<ExitCode> {
  const here = toFilePath(process.cwd(), '.');
  const cwd = (await realPath(here)) ?? here;
  const path = toFilePath(cwd, written);
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const found = configurations({ rules, cwd, configFile: config === undefined ? undefined : toFilePath(cwd, config) });
  const configuration = await found.forFolder(isFolder ? path : parentOf(path));
  const states = [...ruleStates(configuration, path, rules)].map(([id, { severity, options }], index) => [
    id,
    [severity ?? rules[index]?.severity ?? 'off', options],
  ]);
  const content = {
    files: configuration.layers.flatMap(({ file }) => (file === undefined ? [] : [relativePath(cwd, file)])),
    isIgnored: isIgnored(configuration, path),
    rules: {
      ...Object.fromEntries(states),
      [unusedSuppression]: unusedSuppressionSeverity(configuration, path) ?? 'off',
    },
    knownSafeCalls: configuration.settings.knownSafeCalls,
  };
  await writeAll(process.stdout, `${JSON.stringify(content, undefined, 2)}\n`);
  return exitCodes.ok;
}
