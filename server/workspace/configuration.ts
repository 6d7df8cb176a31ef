import type { ActiveRule } from '#analysis/analyze.ts';
import type { FilePath, Severity } from '#analysis/finding.ts';
import type { AnalysisSettings, OptionValue, Rule, RuleOptions } from '#analysis/rule.ts';
import { unusedSuppression } from '#analysis/suppress.ts';
import type { SeveritySetting } from './configurationSchema.ts';
import type { ConfigurationData, RuleSetting, RuleSettings } from './configurationText.ts';
import { matchesWithin, pathPatterns, type PathPatterns, type Verdict } from './pathPatterns.ts';
import { isWithin, relativePath, upward } from './paths.ts';

/** What holds for the files that found it: configuration files from the most general to the nearest, each over the ones before. */
export interface Configuration {
  readonly layers: readonly ConfigurationLayer[];
  readonly settings: AnalysisSettings;
}

/** One configuration file, compiled. */
export interface ConfigurationLayer {
  /** Where it was read; `undefined` for settings from the command line or an editor. */
  readonly file: FilePath | undefined;
  /** Folder that its patterns are relative to. */
  readonly folder: FilePath;
  readonly rules: RuleSettings;
  readonly ignores: PathPatterns;
  readonly overrides: readonly ConfigurationOverride[];
  readonly knownSafeCalls: readonly string[];
}

interface ConfigurationOverride {
  readonly files: PathPatterns;
  readonly rules: RuleSettings;
}

export function configurationLayer(data: ConfigurationData, folder: FilePath, file?: FilePath): ConfigurationLayer {
  return {
    file,
    folder,
    rules: data.rules ?? {},
    ignores: pathPatterns(data.ignores ?? [], { withBraces: true }),
    overrides: (data.overrides ?? []).map(({ files, rules }) => ({
      files: pathPatterns(files, { withBraces: true }),
      rules,
    })),
    knownSafeCalls: data.knownSafeCalls ?? [],
  };
}

export function configurationOf(layers: readonly ConfigurationLayer[]): Configuration {
  const knownSafeCalls = [...new Set(layers.flatMap((layer) => layer.knownSafeCalls))];
  return { layers, settings: { knownSafeCalls } };
}

/** A rule as it applies to one file. */
export interface RuleState {
  /** `undefined`: no configuration says, so each finding keeps its own. */
  readonly severity: SeveritySetting | undefined;
  /** Every option of the rule, defaults included. */
  readonly options: RuleOptions;
}

/** Rules that judge a file. */
export function rulesFor(configuration: Configuration, file: FilePath, rules: readonly Rule[]): readonly ActiveRule[] {
  const settings = settingsFor(configuration, file);
  return rules.flatMap((rule) => {
    const { severity, options } = ruleState(rule, settings);
    return severity === 'off' ? [] : [{ rule, severity, options }];
  });
}

/** State of every rule for a file, also of those that are off; by rule id, in the order of `rules`. */
export function ruleStates(
  configuration: Configuration,
  file: FilePath,
  rules: readonly Rule[],
): ReadonlyMap<string, RuleState> {
  const settings = settingsFor(configuration, file);
  return new Map(rules.map((rule) => [rule.id, ruleState(rule, settings)]));
}

/** Severity of unused suppressions in a file; `undefined` when they are switched off. */
export function unusedSuppressionSeverity(configuration: Configuration, file: FilePath): Severity | undefined {
  const named = settingsFor(configuration, file).flatMap((each) => namedIn(each, unusedSuppression));
  const severity = severityOf(named.at(-1) ?? 'warning');
  return severity === 'off' ? undefined : severity;
}

/** What the `ignores` say of one path alone; the last layer with an opinion decides. */
export function ignoreVerdict(configuration: Configuration, path: FilePath, kind: 'file' | 'folder'): Verdict {
  return configuration.layers.reduce<Verdict>(
    (verdict, { folder, ignores }) =>
      (isBelow(folder, path) ? ignores.verdict(relativePath(folder, path), kind) : undefined) ?? verdict,
    undefined,
  );
}

/** Whether `ignores` leave out a file, or a folder above it. */
export function isIgnored(configuration: Configuration, file: FilePath): boolean {
  return [...upward(file)].some(
    (path) => ignoreVerdict(configuration, path, path === file ? 'file' : 'folder') === 'matched',
  );
}

/** Later ones win. */
function settingsFor(configuration: Configuration, file: FilePath): readonly RuleSettings[] {
  return configuration.layers.flatMap(({ folder, rules, overrides }) => {
    const applied = overrides.filter(
      ({ files }) => isBelow(folder, file) && matchesWithin(files, relativePath(folder, file)),
    );
    return [rules, ...applied.map((override) => override.rules)];
  });
}

function ruleState(rule: Rule, settings: readonly RuleSettings[]): RuleState {
  const named = settings.flatMap((each) => namedIn(each, rule.id));
  const last = named.at(-1);
  const defaults = Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, spec]) => [name, spec.default]));
  const options = Object.assign({}, defaults, ...named.map(optionsOf));
  return { severity: last === undefined ? undefined : severityOf(last), options };
}

/** The setting of a rule, or nothing; in a list, because a setting may be a list itself. */
function namedIn(settings: RuleSettings, id: string): readonly RuleSetting[] {
  const setting = Object.hasOwn(settings, id) ? settings[id] : undefined;
  return setting === undefined ? [] : [setting];
}

function severityOf(setting: RuleSetting): SeveritySetting {
  return typeof setting === 'string' ? setting : setting[0];
}

function optionsOf(setting: RuleSetting): Readonly<Record<string, OptionValue>> {
  return typeof setting === 'string' ? {} : (setting[1] ?? {});
}

function isBelow(folder: FilePath, path: FilePath): boolean {
  return path !== folder && isWithin(folder, path);
}
