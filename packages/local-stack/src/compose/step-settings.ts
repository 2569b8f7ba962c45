import { demoSettings, stackSettings } from '../stack/stack-settings.ts';

type Setting = 'svidTtlSeconds' | 'databaseLoginTtlSeconds';

const variables: Readonly<Record<Setting, string>> = {
  svidTtlSeconds: 'ZT_SVID_TTL',
  databaseLoginTtlSeconds: 'ZT_DATABASE_LOGIN_TTL',
};

/** How many seconds something lives, by the environment; the usual where it says nothing. Throws where it can't be. */
export function stepSetting(setting: Setting, env: NodeJS.ProcessEnv): number {
  const name = variables[setting];
  const text = env[name] ?? '';
  if (text === '') return demoSettings[setting];
  const parsed = stackSettings.shape[setting].safeParse(Number(text));
  if (parsed.success) return parsed.data;
  const { minValue, maxValue } = stackSettings.shape[setting];
  throw new Error(`${name} has to be a whole number of seconds from ${minValue} to ${maxValue}, and is ${text}`);
}
