/** Oldest Node that the hook runs on. */
const oldest = { major: 20, minor: 19 } as const;

/**
 * Whether the hook can work in this process. Not in other runtimes, older Nodes, under the permission model (no files, no worker) and in
 * programs packed into one executable (their code does not come through the loaders). Where a start-up snapshot is built, Node runs no preload.
 */
export function isSupported(): boolean {
  if (isOtherRuntime() || !isNewEnough(process.versions.node)) return false;
  return !hasPermissionModel() && !isSingleExecutable();
}

function isOtherRuntime(): boolean {
  return ['bun', 'deno', 'electron', 'nw'].some((name) => name in process.versions);
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

function hasPermissionModel(): boolean {
  return 'permission' in process && process.permission !== undefined;
}

function isSingleExecutable(): boolean {
  const sea: unknown = process.getBuiltinModule('node:sea');
  return (
    typeof sea === 'object' && sea !== null && 'isSea' in sea && typeof sea.isSea === 'function' && sea.isSea() === true
  );
}
