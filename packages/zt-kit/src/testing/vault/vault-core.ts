import type { AccessRules } from './access-rules.ts';
import type { Access, AuditDevice, Audited, AuditedAnswer } from './audit-device.ts';
import { type Mount, mountOf } from './mounts.ts';
import type { Engines } from './route.ts';
import { createRoutes, loginPath } from './routes.ts';
import { answerBody, type EngineAnswer } from './vault-answer.ts';
import { coreRefusal, listed, permissionDenied, unsupportedPath, VaultRefusal } from './vault-refusal.ts';
import type { VaultRequest } from './vault-request.ts';

/** Answers a request of the API. Throws a `VaultRefusal`. */
export type VaultCore = (request: VaultRequest) => Promise<VaultReply>;

export interface VaultReply {
  readonly status: number;
  /** Null for none. */
  readonly body: object | null;
}

type Work = () => EngineAnswer | Promise<EngineAnswer>;

/** One request from its token to its answer, in Vault's order: who asks, whether it may, the record, the work, the record. */
export function createVaultCore(engines: Engines, accessRules: AccessRules, audit: AuditDevice): VaultCore {
  const { tokens, certRoles } = engines;
  const routeOf = createRoutes(engines);

  function logIn(request: VaultRequest, now: Date): EngineAnswer {
    if (request.operation !== 'update') throw new VaultRefusal(405, 'unsupported operation');
    return { token: tokens.issue(certRoles.match(request.data?.name, request.chain(), now), now) };
  }

  function accessOf(request: VaultRequest, needsSudo: boolean, now: Date): Exclude<Access, { kind: 'login' }> {
    const token = tokens.find(request.token, now);
    if (token === null) return { kind: 'no token', isUnknown: request.token !== undefined };
    const { operation, version } = request;
    const data = operation !== 'read' ? request.data : version === null ? null : { version };
    const policies = accessRules(token.policies, { ...request, data, needsSudo });
    return policies.length === 0 ? { kind: 'denied', token } : { kind: 'granted', token, policies };
  }

  /** Who asks, and what is to be done; or why it is not. */
  function admit(
    asked: VaultRequest,
    mount: Mount | null,
    now: Date,
  ): { readonly audited: Audited; readonly work: Work } {
    if (asked.path === loginPath) {
      return { audited: { request: asked, mount, access: { kind: 'login' } }, work: () => logIn(asked, now) };
    }
    const found = routeOf(asked.path);
    const isNew = asked.operation === 'update' && found?.route.exists?.(found.name) === false;
    const request: VaultRequest = isNew ? { ...asked, operation: 'create' } : asked;
    const access = accessOf(request, found?.route.needsSudo === true && request.operation === 'list', now);
    const audited = { request, mount, access };
    if (access.kind !== 'granted') return { audited, work: refuse(refusalOf(access)) };
    if (mount === null) return { audited, work: refuse(noRoute(request.path)) };
    if (found === null) return { audited, work: refuse(unsupportedPath()) };
    const handle = found.route.handlers[request.operation];
    if (handle === undefined) return { audited, work: refuse(coreRefusal(405, 'unsupported operation')) };
    return { audited, work: () => handle({ ...request, now, bearer: access.token, name: found.name }) };
  }

  return async (asked) => {
    if (asked.operation === 'update' && asked.path.endsWith('/')) {
      throw new VaultRefusal(400, "cannot write to a path ending in '/'");
    }
    const now = new Date();
    const mount = mountOf(asked.path);
    const { audited, work } = admit(asked, mount, now);
    const { kind } = audited.access;
    audit.asked(audited, kind === 'denied' || kind === 'no token' ? listed('permission denied') : undefined);
    try {
      const answer = await work();
      if (answer === null || answer === 'accepted') {
        audit.answered(audited, null);
        return { status: answer === null ? 204 : 202, body: null };
      }
      audit.answered(audited, { data: answer.data, issued: answer.token, leaseId: answer.lease?.id });
      // A login is answered by the core, which is no mount.
      const mountType = kind === 'login' ? '' : (mount?.type ?? '');
      return { status: 200, body: answerBody(asked.id, answer, mountType, now) };
    } catch (error) {
      if (!(error instanceof VaultRefusal)) throw error;
      audit.answered(audited, answerInRecord(error), errorInRecord(error, mount));
      throw error;
    }
  };
}

function refusalOf(access: Extract<Access, { kind: 'no token' | 'denied' }>): VaultRefusal {
  if (access.kind === 'denied') return permissionDenied();
  return access.isUnknown
    ? coreRefusal(403, 'permission denied', 'invalid token')
    : new VaultRefusal(403, 'permission denied');
}

function refuse(refusal: VaultRefusal): Work {
  return () => {
    throw refusal;
  };
}

function noRoute(path: string): VaultRefusal {
  return new VaultRefusal(404, `no handler for route "${path}". route entry not found.`);
}

function answerInRecord({ status, errors }: VaultRefusal): AuditedAnswer | null {
  if (status !== 400 && status !== 403) return null;
  return { data: { error: errors.join(', ') } };
}

/** What an engine refuses is hidden in a record, but for the kind of it. */
function errorInRecord({ status, errors }: VaultRefusal, mount: Mount | null): string | undefined {
  if (status !== 400) return errors[0];
  const isUnreadable = errors[0]?.startsWith('Field validation failed') === true;
  return mount?.type === 'system' && !isUnreadable ? listed('invalid request') : undefined;
}
