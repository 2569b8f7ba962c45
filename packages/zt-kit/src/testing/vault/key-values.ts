import { nothingThere, VaultRefusal } from './vault-refusal.ts';

type Data = Readonly<Record<string, unknown>>;

/** Who wrote a version. */
export interface Author {
  readonly displayName: string;
  /** Null for whoever never logged in. */
  readonly entityId: string | null;
}

/** Vault's key/value engine, version 2, as far as it is read and written here. */
export interface KeyValues {
  has(path: string): boolean;
  /** `version`: of the query; the newest where there is none. */
  read(path: string, version: string | null): Data;
  metadata(path: string): Data;
  /** `body`: `data`, and `options.cas` where nobody else may have written meanwhile. */
  write(path: string, body: Data | null, author: Author, now: Date): Data;
}

interface Version {
  readonly number: number;
  readonly data: Data | null;
  readonly createdAt: string;
  readonly createdBy: Data;
}

/** Older ones are forgotten. */
const versionsKept = 10;

export function createKeyValues(): KeyValues {
  const secrets = new Map<string, readonly Version[]>();

  function versionsOf(path: string): readonly Version[] {
    const versions = secrets.get(path);
    if (versions === undefined) throw nothingThere();
    return versions;
  }

  return {
    has: (path) => secrets.has(path),
    read(path, said) {
      const number = versionNumber(said);
      const versions = versionsOf(path);
      const version = number === 0 ? versions.at(-1) : versions.find((each) => each.number === number);
      if (version === undefined) throw nothingThere();
      return { data: version.data, metadata: briefly(version) };
    },
    metadata(path) {
      const versions = versionsOf(path);
      const [oldest, newest] = [versions[0], versions.at(-1)];
      return {
        cas_required: false,
        created_time: oldest?.createdAt,
        current_version: newest?.number,
        custom_metadata: null,
        delete_version_after: '0s',
        last_updated_by: newest?.createdBy,
        max_versions: 0,
        oldest_version: oldest === undefined || oldest.number === 1 ? 0 : oldest.number,
        updated_time: newest?.createdAt,
        versions: Object.fromEntries(versions.map((version) => [version.number, atLength(version)])),
      };
    },
    write(path, body, author, now) {
      const data = dataOf(body);
      const versions = secrets.get(path) ?? [];
      const current = versions.at(-1)?.number ?? 0;
      requireCurrent(body, current);
      const operation = versions.length === 0 ? 'create' : 'update';
      const createdBy = authorOf(author, operation);
      const version = { number: current + 1, data, createdAt: now.toISOString(), createdBy };
      secrets.set(path, [...versions, version].slice(-versionsKept));
      return briefly(version);
    },
  };
}

function authorOf({ displayName, entityId }: Author, operation: string): Data {
  if (entityId === null) return { actor: displayName, operation, client_id: displayName };
  return { actor: displayName, operation, entity_id: entityId, client_id: entityId };
}

function versionNumber(said: string | null): number {
  if (said === null) return 0;
  if (/^\d+$/.test(said)) return Number(said);
  const why = `cannot parse '' as int: strconv.ParseInt: parsing ${JSON.stringify(said)}: invalid syntax`;
  throw new VaultRefusal(400, `Field validation failed: error converting input for field "version": ${why}`);
}

function dataOf(body: Data | null): Data | null {
  const data = body?.data;
  if (data === undefined) throw new VaultRefusal(400, 'no data provided');
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new VaultRefusal(400, `error converting input for field "data": '' expected a map, got '${typeof data}'`);
  }
  return data as Data | null;
}

function requireCurrent(body: Data | null, current: number): void {
  const { cas } = (body?.options ?? {}) as Data;
  if (cas === undefined) return;
  if (typeof cas !== 'number') throw new VaultRefusal(400, 'error parsing check-and-set parameter');
  if (cas !== current) throw new VaultRefusal(400, 'check-and-set parameter did not match the current version');
}

function briefly({ number, createdAt }: Version): Data {
  return { created_time: createdAt, custom_metadata: null, deletion_time: '', destroyed: false, version: number };
}

function atLength({ createdAt, createdBy }: Version): Data {
  return { created_by: createdBy, created_time: createdAt, deleted_by: null, deletion_time: '', destroyed: false };
}
