import type { Metafile } from 'esbuild';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licenses of all packages inside the bundles, as one text for dist/THIRD-PARTY-NOTICES.txt, sorted by package.
 * Throws when a package has neither a license file nor a license in its package.json: then it must not ship.
 */
export async function thirdPartyNotices(metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  return `Rubato contains the following packages.\n${await packageNotices([...folders].toSorted())}`;
}

/** The licenses of packages in these folders, each after a line that divides. */
export async function packageNotices(folders: readonly string[]): Promise<string> {
  const notices = await Promise.all(folders.map(notice));
  return notices.map((text) => `\n${'-'.repeat(80)}\n\n${text}`).join('');
}

function packageFolder(input: string): string | undefined {
  return /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

async function notice(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = fields(manifest);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice|thirdparty)/i.test(file));
  if (files.length === 0 && license === undefined) throw new Error(`${folder} states no license`);
  const texts = await Promise.all(files.toSorted().map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim())].join('\n\n') + '\n';
}

function fields(manifest: unknown): Readonly<Record<'name' | 'version' | 'license', string | undefined>> {
  const all =
    typeof manifest === 'object' && manifest !== null ? new Map<string, unknown>(Object.entries(manifest)) : new Map();
  const text = (key: string) => (typeof all.get(key) === 'string' ? String(all.get(key)) : undefined);
  return { name: text('name'), version: text('version'), license: text('license') };
}
