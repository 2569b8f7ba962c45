import { createHmac, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { secondsUntil } from './time-to-live.ts';
import type { Token } from './tokens.ts';
import type { VaultRequest } from './vault-request.ts';

/** What is known of a request when it is written down. */
export interface Audited {
  readonly request: VaultRequest;
  readonly mount: Mount | null;
  readonly token: Token | null;
  /** Empty where no policy allowed it; null where it was not asked for: a login, or no token. */
  readonly grantedBy: readonly string[] | null;
}

export interface Mount {
  readonly path: string;
  readonly type: 'cert' | 'token' | 'database' | 'kv' | 'system';
  readonly class: 'auth' | 'secret';
}

/** What was answered. */
export interface AuditedAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly issued?: Token | null;
  readonly leaseId?: string | null;
}

/** Writes down what is asked and what is answered, as Vault's audit device of the type `file` does. */
export interface AuditDevice {
  asked(audited: Audited, error?: string): void;
  answered(audited: Audited, answer: AuditedAnswer, error?: string): void;
}

/** Times that Vault does not hide. */
const plain = ['expire_time', 'issue_time', 'last_renewal'];

/** Strings are written as keyed hashes, so that no secret is in the file. Throws where it can't be written. */
export function createAuditDevice(file: string): AuditDevice {
  const key = randomBytes(32);
  closeSync(openSync(file, 'a', 0o600));
  const hash = (text: string): string => `hmac-sha256:${createHmac('sha256', key).update(text).digest('hex')}`;

  function hidden(value: unknown): unknown {
    if (typeof value === 'string') return hash(value);
    if (Array.isArray(value)) return value.map(hidden);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, each]) => [name, plain.includes(name) ? each : hidden(each)]);
    return Object.fromEntries(entries);
  }

  function ofToken(token: Token): Record<string, unknown> {
    return {
      accessor: hash(token.accessor),
      client_token: hash(token.value),
      display_name: token.displayName,
      entity_id: token.entityId,
      metadata: token.metadata,
      policies: token.policies,
      token_policies: token.policies,
      token_issue_time: token.issuedAt.toISOString(),
      token_ttl: secondsUntil(token.expiresAt, token.issuedAt),
      token_type: 'service',
    };
  }

  function authOf({ token, grantedBy }: Audited): Record<string, unknown> {
    if (grantedBy === null && token === null) return {};
    const granting = (grantedBy ?? []).map((name) => ({ name, namespace_id: 'root', type: 'acl' }));
    if (token === null) return { auth: { policy_results: { allowed: true }, token_type: 'default' } };
    const results = granting.length === 0 ? { allowed: false } : { allowed: true, granting_policies: granting };
    return { auth: { ...ofToken(token), policy_results: results } };
  }

  function requestOf({ request, mount, token }: Audited): Record<string, unknown> {
    const client =
      token === null
        ? {}
        : { client_id: token.entityId, client_token: hash(token.value), client_token_accessor: hash(token.accessor) };
    return {
      ...client,
      ...(request.data === null || Object.keys(request.data).length === 0 ? {} : { data: hidden(request.data) }),
      id: request.id,
      ...mountOf(mount),
      namespace: { id: 'root' },
      operation: request.operation,
      path: request.path,
      remote_address: request.remoteAddress,
      remote_port: request.remotePort,
    };
  }

  function write(line: Readonly<Record<string, unknown>>): void {
    appendFileSync(file, `${JSON.stringify({ ...line, time: new Date().toISOString() })}\n`);
  }

  return {
    asked(audited, error) {
      write({ ...authOf(audited), error, request: requestOf(audited), type: 'request' });
    },
    answered(audited, { data, issued, leaseId }, error) {
      const response = {
        ...(issued === undefined || issued === null ? {} : { auth: ofToken(issued) }),
        ...(data === undefined || data === null ? {} : { data: hidden(data) }),
        ...mountOf(audited.mount),
        ...(leaseId === undefined || leaseId === null ? {} : { secret: { lease_id: leaseId } }),
      };
      const auth = authOf({ ...audited, token: audited.token ?? issued ?? null });
      write({ ...auth, error, request: requestOf(audited), response, type: 'response' });
    },
  };
}

function mountOf(mount: Mount | null): Record<string, unknown> {
  return mount === null ? {} : { mount_class: mount.class, mount_point: mount.path, mount_type: mount.type };
}
