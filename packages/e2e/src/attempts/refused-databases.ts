import { join } from 'node:path';
import type { ServiceName } from '@zt/access-graph';
import type { Job, JobResult } from '../probe/job.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { only } from './evidence.ts';
import { isWritten } from './is-written.ts';
import type { World } from './world.ts';

/** The login that order has from Vault, as a thief inside order would take it along. */
async function stolenLogin(world: World): Promise<Readonly<Record<string, string>>> {
  const result = only(await world.runAs('order', [loginJob(world)]));
  if (result.code !== 'OK') throw new Error(`order got no login from Vault: ${result.message}`);
  return result.got;
}

const loginJob = (world: World): Job => ({
  kind: 'database-login',
  vaultAddress: world.stack.addresses.vault,
  vault: world.spiffeId('vault'),
  role: 'order',
});

async function connectAs(
  world: World,
  workload: ServiceName,
  tls: 'own SVID' | 'none',
): Promise<{ result: JobResult; user: string }> {
  const { user = '', password = '' } = await stolenLogin(world);
  const address = world.stack.addresses.postgres;
  const result = await world.runAs(workload, [
    { kind: 'database-connect', address, database: 'order', user, password, tls },
  ]);
  return { result: only(result), user };
}

/** Postgres writes refusals into its log; the login's name, made by Vault for this attempt alone, finds the line. */
async function evidenceOfPostgres(world: World, result: JobResult, user: string, sentence: string): Promise<Evidence> {
  const log = join(world.stack.logsDirectory, 'postgres.log');
  const written = await isWritten(log, (line) => line.includes(user) && line.includes(sentence));
  return {
    code: result.code,
    message: result.message,
    reasons: written ? [sentence] : [],
    recordedBy: written ? "Postgres's log" : null,
  };
}

const ownLogin: Attempt = {
  id: 'allowed/order-postgres/connect',
  title: 'order connects to its database with its login and its own SVID',
  from: 'order',
  to: 'postgres',
  method: 'connect',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const { result, user } = await connectAs(world, 'order', 'own SVID');
    return {
      code: result.code,
      message: result.message,
      reasons: [],
      recordedBy: result.got.name === user ? 'Postgres itself' : null,
    };
  },
};

const otherSvid: Attempt = {
  id: 'database/stolen-login',
  title: "payment connects to order's database with order's stolen login and its own SVID",
  from: 'payment',
  to: 'postgres',
  method: 'connect',
  fault: "another service's SVID",
  expected: { code: '28000', reasons: ['do not both belong'] },
  async run(world) {
    const { result, user } = await connectAs(world, 'payment', 'own SVID');
    return await evidenceOfPostgres(world, result, user, 'do not both belong');
  },
};

const withoutTls: Attempt = {
  id: 'database/no-tls',
  title: "order's login is used without TLS",
  from: 'order',
  to: 'postgres',
  method: 'connect',
  fault: 'no TLS',
  expected: { code: '28000', reasons: ['no encryption'] },
  async run(world) {
    const { result, user } = await connectAs(world, 'order', 'none');
    return await evidenceOfPostgres(world, result, user, 'no encryption');
  },
};

const otherRole: Attempt = {
  id: 'vault/role-of-another',
  title: 'payment logs in to Vault with its own SVID as the role of order',
  from: 'payment',
  to: 'vault',
  method: 'auth/cert/login',
  fault: 'role of another service',
  expected: { code: '400', reasons: ['failed to match all constraints'] },
  async run(world) {
    const startedAt = new Date();
    const result = only(await world.runAs('payment', [loginJob(world)]));
    const told = /failed to match all constraints/.exec(result.message)?.[0];
    const written = await isWritten(world.stack.vaultAuditFile, (line) => isRefusedLogin(line, startedAt));
    return {
      code: result.code,
      message: result.message,
      reasons: told === undefined ? [] : [told],
      recordedBy: written ? "Vault's audit log" : null,
    };
  },
};

interface AuditEntry {
  readonly time: string;
  readonly response?: { readonly data?: { readonly error?: string } };
}

/** Vault hides what it answered behind a keyed hash, but not that it refused. */
function isRefusedLogin(line: string, startedAt: Date): boolean {
  if (!line.includes('"path":"auth/cert/login"')) return false;
  const entry = JSON.parse(line) as AuditEntry;
  return entry.response?.data?.error !== undefined && new Date(entry.time) >= startedAt;
}

/** A database login is worth nothing without the SVID of the service that it was made for. */
export const refusedDatabases: readonly Attempt[] = [ownLogin, otherSvid, withoutTls, otherRole];
