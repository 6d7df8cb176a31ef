import { settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';
import { withHook } from './nodeOptions.ts';

/** An environment in which Node programs are traced: the hook behind what NODE_OPTIONS has, and its settings. `hook`: path of hook.cjs. */
export function tracingEnvironment(env: NodeJS.ProcessEnv, settings: HookSettings, hook: string): NodeJS.ProcessEnv {
  return { ...env, NODE_OPTIONS: withHook(env['NODE_OPTIONS'], hook), [settingsVariable]: JSON.stringify(settings) };
}
