/**
 * The platforms of VS Code that get a package with the native engine, and the platform in the name of TypeScript 7's npm package that
 * holds it. The engine is one static program, so Alpine takes that of Linux.
 */
export const engineTargets = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-armhf': 'linux-arm',
  'alpine-x64': 'linux-x64',
  'alpine-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
} as const;

/** A platform as `vsce package --target` names it. */
export type Target = keyof typeof engineTargets;

export function isTarget(name: string): name is Target {
  return Object.hasOwn(engineTargets, name);
}

/** The platform that runs now; `undefined` where there is no package for it. */
export function hostTarget(): Target | undefined {
  const name = `${process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
  return isTarget(name) ? name : undefined;
}
