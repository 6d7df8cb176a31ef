/** What the words of a setting stand for. */
export interface VariableValues {
  readonly env: NodeJS.ProcessEnv;
  /** Of the workspace, absolute; absent without one. */
  readonly folder: string | undefined;
}

/**
 * Variables of the setting `terminal.integrated.env`, with what they name filled in: `/opt/node/bin:${env:PATH}` is common. One that names
 * something else is left out: its text would be wrong, and a wrong PATH hides every program.
 */
export function terminalVariables(setting: unknown, values: VariableValues): Readonly<Record<string, string>> {
  const entries = typeof setting === 'object' && setting !== null ? Object.entries(setting) : [];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const text = typeof value === 'string' ? filledIn(value, values) : undefined;
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** `undefined`: it names something that is not known here. */
function filledIn(text: string, { env, folder }: VariableValues): string | undefined {
  let isKnown = true;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = name.startsWith('env:') ? (env[name.slice('env:'.length)] ?? '') : folderOf(name, folder);
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown ? filled : undefined;
}

function folderOf(name: string, folder: string | undefined): string | undefined {
  return name === 'workspaceFolder' ? folder : undefined;
}
