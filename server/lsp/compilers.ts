import type { Compiler } from '#analysis/frontends/typescript/engine.ts';
import { openCompiler } from '#workspace/openCompiler.ts';
import { UserError } from '#workspace/userError.ts';
import type { LogLevel } from './jobs.ts';
import type { EngineChoice, ServerSettings } from './settings.ts';

export interface CompilersListener {
  log(level: LogLevel, message: string): void;
  /** Engine and version of TypeScript, after it was opened. */
  engine(description: string): void;
}

/** So often the native engine may fail before the embedded one takes over until the settings change. */
const nativeFailures = 3;

/** The one compiler of the analysis thread: opened when first needed, replaced when the settings want another or it fails. */
export class Compilers {
  readonly #listener: CompilersListener;
  #wanted: Pick<ServerSettings, 'engine' | 'typescriptPath'> = { engine: 'auto', typescriptPath: undefined };
  #open: Compiler | undefined;
  #failures = 0;

  constructor(listener: CompilersListener) {
    this.#listener = listener;
  }

  configure({ engine, typescriptPath }: ServerSettings): void {
    if (engine === this.#wanted.engine && typescriptPath === this.#wanted.typescriptPath) return;
    this.#wanted = { engine, typescriptPath };
    this.#failures = 0;
    this.close();
  }

  async current(): Promise<Compiler> {
    if (this.#open !== undefined) return this.#open;
    const compiler = await this.#start(this.#failures < nativeFailures ? this.#wanted.engine : 'embedded');
    this.#open = compiler;
    this.#listener.engine(`${compiler.name}, TypeScript ${compiler.version}`);
    return compiler;
  }

  /** Something broke while the compiler worked; it may be the cause. Programs opened with it must be closed before. */
  distrust(): void {
    if (this.#open?.name === 'native') this.#failures += 1;
    this.close();
  }

  close(): void {
    const compiler = this.#open;
    this.#open = undefined;
    try {
      compiler?.dispose();
    } catch (error) {
      this.#listener.log('warn', `The compiler did not end in order: ${String(error)}`);
    }
  }

  async #start(engine: EngineChoice): Promise<Compiler> {
    const { typescriptPath } = this.#wanted;
    const log = (line: string): void => this.#listener.log('info', line);
    try {
      return await openCompiler({
        engine,
        log,
        hasBuffers: true,
        ...(typescriptPath === undefined ? {} : { typescriptPath }),
      });
    } catch (error) {
      if (!(error instanceof UserError) || engine === 'embedded') throw error;
      this.#listener.log('error', error.message);
      return openCompiler({ engine: 'embedded', log, hasBuffers: true });
    }
  }
}
