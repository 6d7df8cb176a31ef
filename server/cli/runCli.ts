import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { traceModes } from '#protocol/messages.ts';
import { runFolder } from '#protocol/runFolder.ts';
import { suggestion } from '#analysis/didYouMean.ts';
import { RunError } from '#runs/runError.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { formats, type LintOptions } from './lintOptions.ts';
import { ignoreClosedPipes } from './output.ts';
import type { PsOptions } from './psCommand.ts';
import { reportFormats, type ReportOptions } from './report/reportOptions.ts';
import { parseSize, type RunOptions } from './run/runOptions.ts';

/** Files that commands start or hand to other programs. */
export interface Programs {
  /** The thread that judges. */
  readonly workerScript: URL;
  /** What traced programs preload. */
  readonly hook: URL;
}

/** Runs the command line; returns the code to end with: an `ExitCode`, or what the command under `rubato run` ended with. Throws nothing. */
export async function runCli(argv: readonly string[], programs: Programs): Promise<number> {
  ignoreClosedPipes([process.stdout, process.stderr]);
  let code: number = exitCodes.ok;
  const done = async (ending: Promise<number>): Promise<void> => void (code = await ending);
  try {
    await commandLine({ done, programs }).parseAsync([...argv]);
    return code;
  } catch (error) {
    return report(error);
  }
}

/** The border where everything thrown ends: one message, one code. */
function report(error: unknown): ExitCode {
  // Commander has printed its own messages already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof UserError || error instanceof RunError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  process.stderr.write(
    `Rubato has a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.internal;
}

interface CommandContext {
  done(ending: Promise<number>): Promise<void>;
  readonly programs: Programs;
}

function commandLine(ctx: CommandContext): Command {
  const program = new Command('rubato').description(manifest.description).version(manifest.version).exitOverride();
  // Options belong to the command before them: those behind `rubato run node` are Node's.
  program.enablePositionalOptions();
  program.configureHelp({ sortSubcommands: false }).showHelpAfterError('(--help shows all options)');
  program.addHelpText(
    'before',
    examples([
      'rubato',
      'rubato src --fix',
      'rubato --format sarif --output-file rubato.sarif',
      'rubato run node server.ts',
      'rubato report',
      'rubato explain floating-promise',
    ]),
  );
  addLint(program, ctx);
  addRun(program, ctx);
  addReport(program, ctx);
  addPs(program, ctx);
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
        'rubato --evidence .rubato --fail-on "observed:blocking>200ms"',
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
    .option('--evidence <path>', 'join findings with what runs showed: .rubato, or a file; may be repeated', collect)
    .option(
      '--fail-on <conditions>',
      'fail when a run showed it, as in observed:blocking>200ms; may be repeated',
      collect,
    )
    .option('--fix', 'repair what can be repaired without changing behavior')
    .option('--stdin', 'judge the standard input')
    .option('--stdin-filename <file>', 'judge it as the content of this file (default: stdin.ts)')
    .option('--config <file>', 'use this configuration for all files')
    .option('--no-ignore', 'judge also what .gitignore, the configuration and habit leave out')
    .option('--category <name>', 'tells SARIF reports on the same commit apart', 'rubato')
    .option('--verbose', 'say which engine is used and why, and show stacks')
    .action((paths: readonly string[], options: LintOptions) => {
      const run = import('./lintCommand.ts').then(({ lintCommand }) =>
        lintCommand(paths, options, { workerScript: ctx.programs.workerScript, version: manifest.version }),
      );
      return ctx.done(run);
    });
}

function addRun(program: Command, ctx: CommandContext): void {
  program
    .command('run')
    .description('run a program and show what its async tasks did; ends as the program ends')
    .argument('<command...>', 'a program with its arguments, or a script')
    .passThroughOptions()
    .addHelpText(
      'before',
      examples([
        'rubato run node server.ts',
        'rubato run --mode watch npm test',
        'rubato run script.ts --its-own-option',
      ]),
    )
    .addOption(choice('--mode <mode>', 'how much is recorded', traceModes).default('trace'))
    .option('--block-ms <ms>', 'report blocks of the event loop from this length on (default: 50)', wholeNumber)
    .option('--include-libraries', 'record the async functions of node_modules, too')
    .option('--include-tools', 'trace package managers, compilers and linters, too')
    .option('--max-processes <number>', 'trace this many processes (default: 32)', wholeNumber)
    .option('--max-size <size>', 'keep this much trace of a process, for example 500mb (default: 256mb)', size)
    .option('--deep-seconds <number>', 'mode deep: count promises for that long (default: 10)', wholeNumber)
    .option('--output <folder>', 'where traces and evidence go', runFolder.folder)
    .option('--prometheus <port|file>', "counters in Prometheus' text format, on loopback or in a file")
    .option('--root <folder>', 'files below it are the own ones of the program', '.')
    .option('--quiet', 'print nothing of our own')
    .option('--no-evidence', 'do not write evidence for `rubato lint`')
    .action((words: readonly string[], options: RunOptions) =>
      ctx.done(
        import('./run/runCommand.ts').then(({ runCommand }) =>
          runCommand(words, options, fileURLToPath(ctx.programs.hook)),
        ),
      ),
    );
}

function addReport(program: Command, ctx: CommandContext): void {
  program
    .command('report')
    .description('show what a recorded run did: blocks, stuck tasks, rejections, slow awaits')
    .argument('[trace]', 'folder of a run, .rubato, a trace.rubato or a segment; the newest run when absent')
    .addHelpText(
      'before',
      examples([
        'rubato report',
        'rubato report --format perfetto --output-file run.perfetto-trace',
        'rubato report --compare .rubato/runs/20260102-030405-99',
      ]),
    )
    .addOption(choice('-f, --format <format>', 'how the report is written', reportFormats).default('text'))
    .option('-o, --output-file <file>', 'write the report to a file instead of the standard output')
    .option('--compare <trace>', 'show what changed since this other run')
    .option('--top <number>', 'entries of each list', wholeNumber, 10)
    .action((trace: string | undefined, options: ReportOptions) =>
      ctx.done(
        import('./reportCommand.ts').then(({ reportCommand }) => reportCommand(trace, options, manifest.version)),
      ),
    );
}

function addPs(program: Command, ctx: CommandContext): void {
  program
    .command('ps')
    .description('show what a running Node process waits for, without a restart; stops it for a moment')
    .argument('<pid>', 'number of the process', wholeNumber)
    .addHelpText(
      'before',
      examples(['rubato ps 4711', 'rubato ps 4711 --format json', 'rubato ps 4711 --all --depth 4']),
    )
    .addOption(choice('-f, --format <format>', 'how the tree is written', ['text', 'json']).default('text'))
    .option('--all', 'show functions of node_modules and of Node itself, too')
    .option('--depth <number>', 'show this many levels of the tree', wholeNumber)
    .option('-y, --yes', 'do not ask before stopping the process for long')
    .action((pid: number, options: PsOptions) =>
      ctx.done(import('./psCommand.ts').then(({ psCommand }) => psCommand(pid, options))),
    );
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

function size(value: string): number {
  const bytes = parseSize(value);
  if (bytes === undefined) throw new InvalidArgumentError('A size is needed, such as 500mb or 2gb.');
  return bytes;
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(value);
}
