import { posix } from 'node:path';
import { isBuiltin } from 'node:module';
import { layers, zones, type Layer, type Zone } from '#scripts/layers.ts';
import type { SourceImports } from './sourceImports.ts';

/** Every import that the table of layers forbids, as one line of text each; empty when all is well. */
export function checkBorders(files: readonly SourceImports[]): readonly string[] {
  return files.flatMap(({ file, imports }) => imports.flatMap((specifier) => checkImport(file, specifier)));
}

function checkImport(file: string, specifier: string): readonly string[] {
  const layer = layerOf(file);
  if (layer === undefined) return [`${file} belongs to no layer`];
  const problem = specifier.startsWith('#')
    ? checkAlias(layer, specifier)
    : specifier.startsWith('.')
      ? checkRelative(layer, file, posix.join(posix.dirname(file), specifier))
      : checkPackage(layer, file, specifier);
  return problem === undefined ? [] : [`${file} imports ${specifier}: ${problem}`];
}

function checkAlias(layer: Layer, specifier: string): string | undefined {
  const alias = specifier.slice(0, specifier.indexOf('/'));
  const target = Object.entries(layers).find(([, each]) => each.alias === alias);
  if (target === undefined) return 'no layer has this alias';
  if (target[1] === layer) return 'inside a layer, write ./';
  return layer.layers.some((name) => name === target[0]) ? undefined : `${layer.folder} must not import ${target[0]}`;
}

function checkRelative(layer: Layer, file: string, target: string): string | undefined {
  if (target === 'package.json') return undefined;
  if (layerOf(target) !== layer) return 'leaves its layer, write #layer/';
  const zone = zoneOf(file);
  if (zone === undefined || zone.entry === file) return undefined;
  if (isInside(zone.folder, target)) return zone.isOpen ? undefined : 'files of this folder do not import each other';
  if (zone.within === undefined) return undefined;
  return zone.within.some((allowed) => target === allowed || (allowed.endsWith('/') && target.startsWith(allowed)))
    ? undefined
    : `${zone.folder} may only import ${zone.within.join(', ')}`;
}

function checkPackage(layer: Layer, file: string, specifier: string): string | undefined {
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `write node:${specifier}`;
  const name = packageName(specifier);
  const allowed = [...layer.packages, ...(zoneOf(file)?.packages ?? [])];
  return allowed.includes(name) || allowed.includes('*') ? undefined : `${layer.folder} must not use ${name}`;
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:*';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function layerOf(file: string): Layer | undefined {
  return Object.values(layers).find((layer) => isInside(layer.folder, file));
}

function zoneOf(file: string): Zone | undefined {
  return zones.find((zone) => isInside(zone.folder, file));
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(`${folder}/`);
}
