import { readFile } from 'node:fs/promises';
import { accessGraph, type ServiceName, spiffeIdOf } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { traceIdOf, traceparentOf } from '@zt/kit/authz';
import { Agent } from 'undici';
import type { World } from '../attempts/world.ts';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import { purpose, requestAtDoor } from '../matrix/open-door.ts';
import { methods } from '../probe/methods.ts';
import { sendRequest } from '../shop/send-request.ts';
import type { BypassPath, SentCredential } from './bypass-path.ts';
import { type ForgedConnection, openForgedConnection, type RawAnswer } from './forged-connection.ts';
import type { Forger } from './forger.ts';
import { tokenParts } from './token-parts.ts';

/** What came of one forged call, and what is written down about it. */
export interface BypassCall {
  readonly answer: RawAnswer;
  readonly records: readonly DecisionRecord[];
}

interface Sent {
  readonly bypass: BypassPath;
  readonly traceId: string;
  /** At the forger's end, where it has a connection of its own for this call. */
  readonly localAddress: string | null;
  readonly answer: RawAnswer;
}

/** At once: few enough that nobody takes them for a flood. */
const togetherAtMost = 8;

/** Makes these calls, all on the same path. One result for each, in their order; an error in the place of a call that could not be made. */
export async function makeBypassCalls(
  world: World,
  forger: Forger,
  path: MatrixPath,
  calls: readonly BypassPath[],
): Promise<readonly (BypassCall | Error)[]> {
  const startedAt = new Date().toISOString();
  const line = await openLine(world, forger, path);
  try {
    const sent = await inTurn(calls, async (bypass) => {
      try {
        return await send(world, forger, bypass, line);
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    });
    const read = await world.ledger.since(startedAt);
    return await inTurn(sent, async (each) =>
      each instanceof Error ? each : { answer: each.answer, records: await recordsOf(world, each, read) },
    );
  } finally {
    await line.close();
  }
}

/** The caller's own connection, which all calls share whose fault is not in the handshake. */
interface Line {
  readonly connection: ForgedConnection | null;
  readonly dispatcher: Agent;
  close(): Promise<void>;
}

async function openLine(world: World, forger: Forger, { door, from, to }: MatrixPath): Promise<Line> {
  const connection =
    door === 'workloads'
      ? await openForgedConnection(forger.addressOf(to as ServiceName), forger.authorities, await forger.svidOf(from))
      : null;
  const dispatcher = new Agent({ connect: { ca: await readFile(world.stack.bundleFile, 'utf8') } });
  return {
    connection,
    dispatcher,
    async close() {
      connection?.close();
      await dispatcher.close();
    },
  };
}

async function send(world: World, forger: Forger, bypass: BypassPath, line: Line): Promise<Sent> {
  const { path, fault } = bypass;
  const traceId = traceIdOf(null);
  const sent = { bypass, traceId, localAddress: null };
  const token = await forger.tokens.of(path);
  if (fault.at === 'handshake') {
    const address = forger.addressOf(path.to as ServiceName);
    const connection = await openForgedConnection(address, forger.authorities, await fault.show(path, forger));
    try {
      const headers = fault.headers?.(path, forger) ?? {};
      const answer = await callOver(connection, path, { token, headers }, traceId);
      return { ...sent, localAddress: connection.localAddress, answer };
    } finally {
      connection.close();
    }
  }
  const credential = fault.at === 'nothing' ? { token } : await forge(forger, path, token, fault.forge);
  if (line.connection !== null) return { ...sent, answer: await callOver(line.connection, path, credential, traceId) };
  const request = await requestAtDoor(world, path, credential.token, traceparentOf(traceId));
  const { code, message } = await sendRequest(line.dispatcher, {
    ...request,
    headers: { ...request.headers, ...credential.headers },
  });
  return { ...sent, answer: { code, told: message } };
}

async function forge(
  forger: Forger,
  path: MatrixPath,
  token: string | null,
  make: Extract<BypassPath['fault'], { readonly at: 'token' }>['forge'],
): Promise<SentCredential> {
  if (token === null) throw new TypeError(`${path.id} takes no token`);
  const made = await make({ path, token, parts: tokenParts(token), forger });
  return typeof made === 'string' ? { token: made } : made;
}

async function callOver(
  connection: ForgedConnection,
  { method: fullName, purpose: asksPurpose }: MatrixPath,
  { token, headers = {} }: SentCredential,
  traceId: string,
): Promise<RawAnswer> {
  const method = methods.get(fullName);
  if (method === undefined) throw new Error(`no service has the method ${fullName}`);
  const request = { ...method.requestDeserialize(Buffer.alloc(0)), ...(asksPurpose ? { purpose } : {}) };
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const sent = { ...authorization, ...headers, traceparent: traceparentOf(traceId) };
  return await connection.call(fullName, sent, method.requestSerialize(request));
}

/** A handshake has no trace, and is found by where it came from. */
async function recordsOf(
  world: World,
  { bypass: { path, fault }, traceId, localAddress }: Sent,
  read: readonly DecisionRecord[],
): Promise<readonly DecisionRecord[]> {
  const service = spiffeIdOf(accessGraph, path.to as ServiceName);
  const isAboutIt = (record: DecisionRecord): boolean =>
    record.service === service &&
    (record.kind === 'handshake'
      ? localAddress !== null && record.address === localAddress
      : record.traceId === traceId && record.method === path.method);
  const records = read.filter(isAboutIt);
  if (records.length > 0 || (path.leavesNoRecord && fault.at === 'nothing')) return records;
  const late = await world.ledger.find(path.to as ServiceName, isAboutIt);
  return late === null ? [] : [late];
}

async function inTurn<Given, Result>(
  given: readonly Given[],
  work: (each: Given) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = given.entries();
  const worker = async (): Promise<void> => {
    for (const [index, each] of waiting) results[index] = await work(each);
  };
  await Promise.all(Array.from({ length: togetherAtMost }, worker));
  return results;
}
