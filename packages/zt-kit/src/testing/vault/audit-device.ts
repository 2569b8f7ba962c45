import { createHmac, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import type { Mount } from './mounts.ts';
import { secondsUntil } from './time-to-live.ts';
import type { Token } from './tokens.ts';
import type { VaultRequest } from './vault-request.ts';

/** What is known of a request when it is written down. */
export interface Audited {
  readonly request: VaultRequest;
  readonly mount: Mount | null;
  readonly access: Access;
}

/** Whether a request may go on. */
export type Access =
  /** It asks for a token, and needs none. */
  | { readonly kind: 'login' }
  | { readonly kind: 'no token'; readonly isUnknown: boolean }
  | { readonly kind: 'denied'; readonly token: Token }
  | { readonly kind: 'granted'; readonly token: Token; readonly policies: readonly string[] };

/** What was answered. */
export interface AuditedAnswer {
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly issued?: Token | undefined;
  readonly leaseId?: string | undefined;
}

/** Writes down what is asked and what is answered, as Vault's audit device of the type `file` does. */
export interface AuditDevice {
  asked(audited: Audited, error?: string): void;
  /** `answer`: null where no engine answered. */
  answered(audited: Audited, answer: AuditedAnswer | null, error?: string): void;
}

/** Times of an answer that Vault does not hide. */
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
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hidden(each)]));
  }

  function hiddenAnswer(data: Readonly<Record<string, unknown>>): unknown {
    const times = Object.entries(data).filter(([name]) => plain.includes(name));
    return { ...(hidden(data) as object), ...Object.fromEntries(times) };
  }

  /** Numbers come to Vault as texts. */
  function hiddenQuestion(data: Readonly<Record<string, unknown>>): unknown {
    return hidden(JSON.parse(JSON.stringify(data), (_name, value) => (typeof value === 'number' ? `${value}` : value)));
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
      token_ttl: secondsUntil(token.expiresAt, token.issuedAt),
      token_type: 'service',
    };
  }

  function authOf({ access }: Audited): Record<string, unknown> | undefined {
    switch (access.kind) {
      case 'login':
        return { policy_results: { allowed: true }, token_type: 'default' };
      case 'no token':
        return undefined;
      case 'denied':
        return { ...inForce(access.token), policy_results: { allowed: false } };
      case 'granted': {
        const granting = access.policies.map((name) => ({ name, namespace_id: 'root', type: 'acl' }));
        const results = { allowed: true, granting_policies: [{ type: '' }, ...granting] };
        return { ...inForce(access.token), policy_results: results };
      }
    }
  }

  function inForce(token: Token): Record<string, unknown> {
    return { ...ofToken(token), token_issue_time: token.issuedAt.toISOString() };
  }

  function requestOf({ request, mount, access }: Audited): Record<string, unknown> {
    const client = 'token' in access ? clientOf(access.token) : {};
    return {
      ...client,
      ...(request.data === null || Object.keys(request.data).length === 0
        ? {}
        : { data: hiddenQuestion(request.data) }),
      id: request.id,
      ...fieldsOfMount(mount),
      namespace: { id: 'root' },
      operation: request.operation,
      path: request.path,
      remote_address: request.remoteAddress,
      remote_port: request.remotePort,
    };
  }

  function responseOf({ mount }: Audited, { data, issued, leaseId }: AuditedAnswer): Record<string, unknown> {
    return {
      auth: issued && ofToken(issued),
      data: data && hiddenAnswer(data),
      ...fieldsOfMount(mount),
      secret: leaseId && { lease_id: leaseId },
    };
  }

  function clientOf({ entityId, value, accessor }: Token): Record<string, unknown> {
    return { client_id: entityId, client_token: hash(value), client_token_accessor: hash(accessor) };
  }

  function write(line: Readonly<Record<string, unknown>>): void {
    appendFileSync(file, `${JSON.stringify({ ...line, time: new Date().toISOString() })}\n`);
  }

  return {
    asked(audited, error) {
      write({ auth: authOf(audited), error, request: requestOf(audited), type: 'request' });
    },
    answered(audited, answer, error) {
      const issued = answer?.issued;
      const isLoggedIn = audited.access.kind === 'login' && issued !== undefined;
      write({
        auth: isLoggedIn ? ofToken(issued) : authOf(audited),
        error,
        request: requestOf(audited),
        response: answer === null ? undefined : responseOf(audited, answer),
        type: 'response',
      });
    },
  };
}

function fieldsOfMount(mount: Mount | null): Record<string, unknown> {
  return mount === null ? {} : { mount_class: mount.class, mount_point: mount.path, mount_type: mount.type };
}
