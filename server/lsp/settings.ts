import { asObject } from '#protocol/lsp.ts';
import type { FilePath } from '#analysis/finding.ts';

/** Which engine to open projects with; `auto` prefers native. */
export type EngineChoice = 'auto' | 'native' | 'embedded';
const engineChoices: readonly EngineChoice[] = ['auto', 'native', 'embedded'];

/** What the user set for one workspace folder, or for files outside all folders. */
export interface FolderSettings {
  readonly root: FilePath | undefined;
  readonly isEnabled: boolean;
  /** Severities by rule id, over what the project's own configuration says. Not validated: unknown ids are ignored. */
  readonly rules: Readonly<Record<string, string>>;
  readonly evidence: EvidenceSettings;
}

/** What of the evidence of runs is shown. */
export interface EvidenceSettings {
  /** Findings say what runs showed; without it, the others show nothing either. */
  readonly isEnabled: boolean;
  readonly hasCodeLens: boolean;
  readonly hasInlayHints: boolean;
  readonly hasHover: boolean;
}

/** Everything the worker must know. Plain data. */
export interface ServerSettings {
  readonly engine: EngineChoice;
  /**
   * Folder of a TypeScript 7 package for the native engine.
   * Invariant: `undefined` in a workspace that is not trusted, whatever the client sent: this path leads to a program that will run.
   */
  readonly typescriptPath: string | undefined;
  /** Deepest folder first; the last one, without root, is for files outside all folders. */
  readonly folders: readonly FolderSettings[];
}

/** The section `rubato` of one scope, as it came from the client. Wrong types count as absent. */
export interface RawSettings {
  readonly root: FilePath | undefined;
  readonly section: unknown;
}

/** Parses what the client sent for each scope; window-wide settings come from the scope without root. */
export function parseSettings(
  scopes: readonly RawSettings[],
  { isTrusted }: { readonly isTrusted: boolean },
): ServerSettings {
  const global = asObject(scopes.find(({ root }) => root === undefined)?.section);
  const typescriptPath = asObject(global['typescript'])['path'];
  return {
    engine: engineChoices.find((choice) => choice === global['engine']) ?? 'auto',
    typescriptPath:
      isTrusted && typeof typescriptPath === 'string' && typescriptPath !== '' ? typescriptPath : undefined,
    folders: scopes.map(parseFolder).toSorted(byDepth),
  };
}

/** The settings that hold for a file: those of the deepest folder around it. */
export function settingsOf(settings: ServerSettings, file: FilePath): FolderSettings {
  const found = settings.folders.find(({ root }) => root === undefined || file === root || file.startsWith(`${root}/`));
  return found ?? defaults;
}

const defaults = parseFolder({ root: undefined, section: undefined });

function parseFolder({ root, section }: RawSettings): FolderSettings {
  const { enable, rules, evidence } = asObject(section);
  return {
    root,
    isEnabled: enable !== false,
    rules: onlyStrings(asObject(rules)),
    evidence: parseEvidenceSettings(asObject(evidence)),
  };
}

function parseEvidenceSettings(section: Readonly<Record<string, unknown>>): EvidenceSettings {
  const { enable, codeLens, inlayHints, hover } = section;
  const isEnabled = enable !== false;
  return {
    isEnabled,
    hasCodeLens: isEnabled && codeLens !== false,
    hasInlayHints: isEnabled && inlayHints !== false,
    hasHover: isEnabled && hover !== false,
  };
}

function onlyStrings(object: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function byDepth(a: FolderSettings, b: FolderSettings): number {
  return (b.root?.length ?? -1) - (a.root?.length ?? -1);
}
