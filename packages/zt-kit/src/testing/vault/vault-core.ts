import type { AccessRules } from './access-rules.ts';
import type { AuditDevice, Audited, Mount } from './audit-device.ts';
import { createRoutes, type Engines, loginPath, mountOf } from './routes.ts';
import { answerBody, type EngineAnswer } from './vault-answer.ts';
import { coreRefusal, listed, permissionDenied, unsupportedPath, VaultRefusal } from './vault-refusal.ts';
import type { VaultRequest } from './vault-request.ts';

/** Answers a request of the API: the body, or null where there is nothing to say. Throws a `VaultRefusal`. */
export type VaultCore = (request: VaultRequest) => Promise<object | null>;

type Work = () => EngineAnswer | Promise<EngineAnswer>;

/** One request from its token to its answer, in Vault's order: who asks, whether it may, the record, the work, the record. */
export function createVaultCore(engines: Engines, accessRules: AccessRules, audit: AuditDevice): VaultCore {
  const { tokens, certRoles } = engines;
  const routeOf = createRoutes(engines);

  function logIn(request: VaultRequest, now: Date): EngineAnswer {
    if (request.operation !== 'update') throw new VaultRefusal(405, 'unsupported operation');
    return { token: tokens.issue(certRoles.match(request.data?.name, request.chain(), now), now) };
  }

  /** Who asks, and what is to be done; or why it is not. */
  function admit(
    asked: VaultRequest,
    mount: Mount | null,
    now: Date,
  ): { readonly audited: Audited; readonly work: Work } {
    if (asked.path === loginPath) {
      return { audited: { request: asked, mount, token: null, grantedBy: [] }, work: () => logIn(asked, now) };
    }
    const found = routeOf(asked.path);
    const isNew = asked.operation === 'update' && found?.route.exists?.(found.name) === false;
    const request: VaultRequest = isNew ? { ...asked, operation: 'create' } : asked;
    const token = tokens.find(asked.token, now);
    if (token === null) {
      const refusal = asked.token === undefined ? new VaultRefusal(403, 'permission denied') : invalidToken();
      return { audited: { request, mount, token, grantedBy: null }, work: refuse(refusal) };
    }
    const needsSudo = found?.route.needsSudo === true && request.operation === 'list';
    const grantedBy = accessRules(token.policies, { ...request, needsSudo });
    const audited = { request, mount, token, grantedBy };
    if (grantedBy.length === 0) return { audited, work: refuse(permissionDenied()) };
    if (mount === null) return { audited, work: refuse(noRoute(request.path)) };
    if (found === null) return { audited, work: refuse(unsupportedPath()) };
    const handle = found.route.handlers[request.operation];
    if (handle === undefined) return { audited, work: refuse(coreRefusal(405, 'unsupported operation')) };
    return { audited, work: () => handle({ ...request, now, bearer: token, name: found.name }) };
  }

  return async (asked) => {
    if (asked.operation === 'update' && asked.path.endsWith('/')) {
      throw new VaultRefusal(400, "cannot write to a path ending in '/'");
    }
    const now = new Date();
    const mount = mountOf(asked.path);
    const { audited, work } = admit(asked, mount, now);
    const isRefused = audited.grantedBy === null || (audited.token !== null && audited.grantedBy.length === 0);
    audit.asked(audited, isRefused ? listed('permission denied') : undefined);
    try {
      const answer = await work();
      const issued = answer?.token ?? null;
      audit.answered(audited, { data: answer?.data ?? null, issued, leaseId: answer?.lease?.id ?? null });
      // A login is answered by the core, which is no mount.
      const mountType = asked.path === loginPath ? '' : (mount?.type ?? '');
      return answer === null ? null : answerBody(asked.id, answer, mountType, now);
    } catch (error) {
      if (!(error instanceof VaultRefusal)) throw error;
      const told = error.errors.length === 0 ? {} : { data: { error: error.errors.join(', ') } };
      audit.answered(audited, told, errorInRecord(error, mount));
      throw error;
    }
  };
}

function refuse(refusal: VaultRefusal): Work {
  return () => {
    throw refusal;
  };
}

function invalidToken(): VaultRefusal {
  return coreRefusal(403, 'permission denied', 'invalid token');
}

function noRoute(path: string): VaultRefusal {
  return new VaultRefusal(404, `no handler for route "${path}". route entry not found.`);
}

/** What an engine refuses is hidden in a record, but for the kind of it. */
function errorInRecord({ status, errors }: VaultRefusal, mount: Mount | null): string | undefined {
  if (status === 400) return mount?.type === 'system' ? listed('invalid request') : undefined;
  return errors[0];
}
