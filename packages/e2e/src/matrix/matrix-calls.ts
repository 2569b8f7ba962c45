import { readFile } from 'node:fs/promises';
import type { ServiceName } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { traceIdOf, traceparentOf } from '@zt/kit/authz';
import { Agent } from 'undici';
import type { World } from '../attempts/world.ts';
import { type Caller, callers } from '../caller.ts';
import type { Job, JobResult } from '../probe/job.ts';
import { sendRequest } from '../shop/send-request.ts';
import type { MatrixPath } from './matrix-path.ts';
import { purpose, requestAtDoor, signedNotice } from './open-door.ts';
import { createTokenCarrier, userWith } from './users-token.ts';

/** What came of one call, and what the service that was called has written down about it. */
export interface MatrixCall {
  readonly answer: Pick<JobResult, 'code' | 'message'>;
  /** In the order of the decisions; none where nothing was recorded. */
  readonly records: readonly DecisionRecord[];
}

interface Sent {
  readonly path: MatrixPath;
  readonly traceId: string;
  readonly answer: Pick<JobResult, 'code' | 'message'>;
}

/** A call for which something was missing, such as a token, does not keep others from being made. */
type Prepared = { readonly path: MatrixPath; readonly traceId: string } & (
  | { readonly job: Job }
  | { readonly fault: string }
);

/** Makes these calls, all of one caller: a workload's in one process of its own. One result for each, in their order. */
export async function makeCalls(world: World, from: string, paths: readonly MatrixPath[]): Promise<MatrixCall[]> {
  const startedAt = new Date().toISOString();
  const sent = isWorkload(from) ? await callAs(world, from, paths) : await callFromOutside(world, paths);
  const records = Map.groupBy(await world.ledger.since(startedAt), ({ traceId }) => traceId);
  return await Promise.all(sent.map(async (each) => callOf(world, each, records.get(each.traceId) ?? [])));
}

async function callOf(
  world: World,
  { path, traceId, answer }: Sent,
  read: readonly DecisionRecord[],
): Promise<MatrixCall> {
  const service = world.spiffeId(path.to as ServiceName);
  const isAboutIt = (record: DecisionRecord): boolean =>
    record.traceId === traceId && record.service === service && record.method === path.method;
  const records = read.filter(isAboutIt);
  if (records.length > 0 || path.leavesNoRecord || answer.code === 'not tried') return { answer, records };
  const late = await world.ledger.find(path.to as ServiceName, isAboutIt);
  return { answer, records: late === null ? [] : [late] };
}

async function callAs(world: World, from: Caller, paths: readonly MatrixPath[]): Promise<Sent[]> {
  const carrier = createTokenCarrier(world);
  const ownTokens = new Map<string, Promise<string>>();
  const prepared: Prepared[] = [];
  for (const path of paths) prepared.push(await prepare(path));
  const answers = (
    await world.runAs(
      from,
      prepared.flatMap((each) => ('job' in each ? [each.job] : [])),
    )
  ).values();
  return prepared.map(({ path, traceId, ...each }) => {
    if ('fault' in each) return { path, traceId, answer: { code: 'not tried', message: each.fault } };
    const { value: answer } = answers.next();
    if (answer === undefined) throw new Error('the probe gave no result');
    return { path, traceId, answer };
  });

  async function prepare(path: MatrixPath): Promise<Prepared> {
    const traceId = traceIdOf(null);
    try {
      return { path, traceId, job: await jobOf(path, traceparentOf(traceId)) };
    } catch (error) {
      return { path, traceId, fault: error instanceof Error ? error.message : String(error) };
    }
  }

  async function jobOf(path: MatrixPath, traceparent: string): Promise<Job> {
    const to = path.to as ServiceName;
    if (path.door !== 'workloads') return { kind: 'https', ...(await requestAtDoor(world, path, null, traceparent)) };
    return {
      kind: 'call',
      method: path.method,
      address: world.stack.addresses[to],
      server: world.spiffeId(to),
      token: await tokenOf(path),
      request: path.purpose ? { purpose } : {},
      traceparent,
    };
  }

  async function tokenOf({ to, method, credential }: MatrixPath): Promise<string | null> {
    switch (credential.kind) {
      case 'nothing':
      case 'of the caller':
        return null;
      case 'own token': {
        const token = ownTokens.get(to) ?? world.ownTokenOf(from, to as ServiceName);
        ownTokens.set(to, token);
        return await token;
      }
      case 'token of a user':
        if (credential.way === null) throw new Error(`no request of a user leads to ${from} and on to ${method}`);
        return await carrier.bring(await userWith(credential.roles, world.stack), credential.way);
    }
  }
}

/** As people's programs and third parties call: over HTTPS, without an identity of this system. */
async function callFromOutside(world: World, paths: readonly MatrixPath[]): Promise<Sent[]> {
  const dispatcher = new Agent({ connect: { ca: await readFile(world.stack.bundleFile, 'utf8') } });
  const sent: Sent[] = [];
  try {
    for (const path of paths) {
      const traceId = traceIdOf(null);
      const token = await outsidersToken(world, path);
      const request = await requestAtDoor(world, path, token, traceparentOf(traceId));
      sent.push({ path, traceId, answer: await sendRequest(dispatcher, request) });
    }
    return sent;
  } finally {
    await dispatcher.close();
  }
}

async function outsidersToken(world: World, { door, from, credential }: MatrixPath): Promise<string | null> {
  if (credential.kind !== 'of the caller') return null;
  if (door === 'third party') return await signedNotice(world, from);
  return await world.tokenOf(await userWith(credential.roles, world.stack));
}

function isWorkload(name: string): name is Caller {
  return callers.some((caller) => caller === name);
}
