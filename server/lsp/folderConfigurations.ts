import type { FilePath } from '#analysis/finding.ts';
import type { Rule } from '#analysis/rule.ts';
import { configurationOf, type Configuration } from '#workspace/configuration.ts';
import { configurations, type Configurations } from '#workspace/configurationFiles.ts';
import { severitySettings, type SeveritySetting } from '#workspace/configurationSchema.ts';
import { parentOf } from '#workspace/paths.ts';
import { UserError } from '#workspace/userError.ts';
import { settingsOf, type FolderSettings, type ServerSettings } from './settings.ts';

/** Configurations of files: what the project's own files say, and over it what the user set in the editor for that folder. */
export class FolderConfigurations {
  readonly #settings: ServerSettings;
  readonly #rules: readonly Rule[];
  readonly #warn: (message: string) => void;
  readonly #byFolder = new Map<FolderSettings, Configurations>();

  /** @param warn hears of a wrong configuration, each time a file is judged without it */
  constructor(settings: ServerSettings, rules: readonly Rule[], warn: (message: string) => void) {
    this.#settings = settings;
    this.#rules = rules;
    this.#warn = warn;
  }

  /** `undefined` when the user switched findings off there. A wrong configuration counts as none. */
  async of(file: FilePath): Promise<Configuration | undefined> {
    const folder = settingsOf(this.#settings, file);
    if (!folder.isEnabled) return undefined;
    try {
      return await this.#inFolder(folder).forFolder(parentOf(file));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#warn(error.message);
      return configurationOf([]);
    }
  }

  #inFolder(folder: FolderSettings): Configurations {
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const cwd = folder.root ?? '/';
    const made = configurations({ rules: this.#rules, cwd, extra: { rules: this.#valid(folder.rules) } });
    this.#byFolder.set(folder, made);
    return made;
  }

  /** A setting for a rule that this version does not have is not worth a complaint: settings are shared between machines. */
  #valid(written: Readonly<Record<string, string>>): Readonly<Record<string, SeveritySetting>> {
    const known = new Set(this.#rules.map(({ id }) => id));
    const entries = Object.entries(written).flatMap(([id, value]) => {
      const severity = severitySettings.find((each) => each === value);
      return severity === undefined || !known.has(id) ? [] : [[id, severity] as const];
    });
    return Object.fromEntries(entries);
  }
}
