/** To what a service runs on these are something else; whoever was called so would be that, or have what that has. */
const ofOthers: ReadonlyMap<string, string> = new Map([
  ['default', 'Kubernetes gives it to every pod that names no account, and Vault has a policy of this name for all'],
  ['root', 'it is the policy of Vault that allows everything'],
  ['public', 'it is everybody to Postgres, and PUBLIC_ADDRESS is a setting of services'],
  ['none', 'it is nobody to Postgres'],
  ['template0', 'it is the database that Postgres makes new ones from'],
  ['template1', 'it is the database that Postgres makes new ones from'],
]);

/** Services are told their own settings by these variables, and where others are by variables of the same form. */
const settings: ReadonlyMap<string, string> = new Map(
  ['listen', 'database'].map((name) => [name, `${name.toUpperCase()}_ADDRESS is a setting of services`]),
);

/** Parts of a stack that are found by their names, and have powers by them. */
const parts: ReadonlyMap<string, string> = new Map(
  ['vault', 'postgres', 'trust-updater', 'operator'].map((name) => [name, 'a part of every stack has this name']),
);

/** Why no service can have this name, as the end of a sentence; null where it can. */
export function whyNoService(name: string): string | null {
  return whyNoWorkload(name) ?? settings.get(name) ?? parts.get(name) ?? null;
}

/** Why neither a service nor another workload can. */
export function whyNoWorkload(name: string): string | null {
  return ofOthers.get(name) ?? null;
}
