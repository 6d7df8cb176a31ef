import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { suggestion } from '#analysis/didYouMean.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { ignoreClosedPipes } from './output.ts';
import { formats, type LintOptions } from './lintOptions.ts';

/** Runs the command line; returns the code to end with. Throws nothing. */
export async function runCli(argv: readonly string[], workerScript: URL): Promise<ExitCode> {
  ignoreClosedPipes([process.stdout, process.stderr]);
  let code: ExitCode = exitCodes.ok;
  const done = async (ending: Promise<ExitCode>): Promise<void> => void (code = await ending);
  try {
    await commandLine({ done, workerScript }).parseAsync([...argv]);
    return code;
  } catch (error) {
    return report(error);
  }
}

/** The border where everything thrown ends: one message, one code. */
function report(error: unknown): ExitCode {
  // Commander has printed its own messages already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  process.stderr.write(
    `Rubato has a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.internal;
}

interface CommandContext {
  done(ending: Promise<ExitCode>): Promise<void>;
  readonly workerScript: URL;
}

function commandLine(ctx: CommandContext): Command {
  const program = new Command('rubato').description(manifest.description).version(manifest.version).exitOverride();
  program.configureHelp({ sortSubcommands: false }).showHelpAfterError('(--help shows all options)');
  program.addHelpText(
    'before',
    examples([
      'rubato',
      'rubato src --fix',
      'rubato --format sarif --output-file rubato.sarif',
      'rubato explain floating-promise',
    ]),
  );
  addLint(program, ctx);
  addOthers(program, ctx);
  return program;
}

function examples(lines: readonly string[]): string {
  return `Examples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

function addLint(program: Command, ctx: CommandContext): void {
  program
    .command('lint', { isDefault: true })
    .description('find async bugs in files, folders or globs; the default command, for the current folder')
    .argument('[paths...]', 'files, folders and globs')
    .addHelpText(
      'before',
      examples([
        'rubato lint',
        'rubato src "packages/*/src/**/*.ts"',
        'rubato --rule blocking-call:off --max-warnings 0 src',
      ]),
    )
    .addOption(choice('-f, --format <format>', 'how the report is written', formats).default('stylish'))
    .option('-o, --output-file <file>', 'write the report to a file instead of the standard output')
    .addOption(
      choice('--engine <engine>', 'compiler: TypeScript 7 where it is installed, or the one inside', [
        'auto',
        'native',
        'embedded',
      ]).default('auto'),
    )
    .option('--rule <id:severity>', 'off, hint, warning or error for a rule; may be repeated', collect)
    .option('--max-warnings <number>', 'fail when there are more warnings', wholeNumber)
    .option('--quiet', 'report errors only')
    .option('--fix', 'repair what can be repaired without changing behavior')
    .option('--stdin', 'judge the standard input')
    .option('--stdin-filename <file>', 'judge it as the content of this file (default: stdin.ts)')
    .option('--config <file>', 'use this configuration for all files')
    .option('--no-ignore', 'judge also what .gitignore, the configuration and habit leave out')
    .option('--category <name>', 'tells SARIF reports on the same commit apart', 'rubato')
    .option('--verbose', 'say which engine is used and why, and show stacks')
    .action((paths: readonly string[], options: LintOptions) => {
      const run = import('./lintCommand.ts').then(({ lintCommand }) =>
        lintCommand(paths, options, { workerScript: ctx.workerScript, version: manifest.version }),
      );
      return ctx.done(run);
    });
}

function addOthers(program: Command, ctx: CommandContext): void {
  program
    .command('explain')
    .description('show what a rule reports, why, and how to repair it')
    .argument('<rule>', 'id of a rule')
    .addHelpText('before', examples(['rubato explain blocking-call']))
    .action((rule: string) =>
      ctx.done(import('./explainCommand.ts').then(({ explainCommand }) => explainCommand(rule))),
    );
  program
    .command('rules')
    .description('list all rules')
    .addHelpText('before', examples(['rubato rules', 'rubato rules --format json']))
    .addOption(choice('-f, --format <format>', 'how the list is written', ['text', 'json']).default('text'))
    .action((options: { readonly format: 'text' | 'json' }) =>
      ctx.done(import('./rulesCommand.ts').then(({ rulesCommand }) => rulesCommand(options))),
    );
  program
    .command('init')
    .description('write a rubato.jsonc to start from')
    .addHelpText('before', examples(['rubato init']))
    .action(() => ctx.done(import('./initCommand.ts').then(({ initCommand }) => initCommand())));
  program
    .command('print-config')
    .description('show the configuration that holds for a file')
    .argument('[file]', 'file or folder', '.')
    .addHelpText('before', examples(['rubato print-config src/server.ts']))
    .option('--config <file>', 'use this configuration')
    .action((file: string, options: { readonly config?: string }) =>
      ctx.done(import('./printConfigCommand.ts').then(({ printConfigCommand }) => printConfigCommand(file, options))),
    );
}

/** An option with a fixed list of values, which says what was probably meant. */
function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).argParser((value: string) => {
    if (values.includes(value)) return value;
    throw new InvalidArgumentError(`Allowed are ${values.join(', ')}${suggestion(value, values)}`);
  });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(value);
}
