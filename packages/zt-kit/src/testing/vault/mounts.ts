/** Where an engine is, and what it is. */
export interface Mount {
  readonly path: string;
  readonly type: 'cert' | 'token' | 'database' | 'kv' | 'system';
  readonly class: 'auth' | 'secret';
}

const mounts: readonly Mount[] = [
  { path: 'auth/cert/', type: 'cert', class: 'auth' },
  { path: 'auth/token/', type: 'token', class: 'auth' },
  { path: 'database/', type: 'database', class: 'secret' },
  { path: 'kv/', type: 'kv', class: 'secret' },
  { path: 'sys/', type: 'system', class: 'secret' },
];

/** Null where nothing is at the path. */
export function mountOf(path: string): Mount | null {
  return mounts.find((mount) => path.startsWith(mount.path)) ?? null;
}
