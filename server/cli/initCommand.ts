import { writeFile } from 'node:fs/promises';
import { configurationName } from '#workspace/configurationFiles.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';

const content = `{
  "$schema": "./node_modules/rubato/schemas/rubato.schema.json",
  // Rules not named here keep their own severity: \`rubato rules\` lists them, \`rubato explain <rule>\` tells more.
  "rules": {
    // "floating-promise": "error"
  },
  // Patterns as in .gitignore.
  "ignores": [],
  "overrides": [
    // { "files": ["*.test.ts"], "rules": { "blocking-call": "off" } }
  ]
}
`;

/** Writes a configuration to start from. @throws UserError when there is one already */
export async function initCommand(): Promise<ExitCode> {
  try {
    await writeFile(configurationName, content, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (exists) throw new UserError(`${configurationName} exists already`);
    throw new UserError(
      `${configurationName} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  process.stderr.write(`Wrote ${configurationName}. Now run: rubato\n`);
  return exitCodes.ok;
}
