import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import type { Reason } from '../errors.ts';
import { callEcho, type EchoServer, gateway, openEchoClient, startEchoServer } from '../testing/echo-server.ts';
import type { EchoConditions } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';

/** One call by gateway for a user, who has the role customer. */
async function call(echo: EchoServer, sub = 'alice'): Promise<ServiceError | null> {
  const client = openEchoClient(createFixedX509Source(await echo.snapshotOf(gateway)), echo.address);
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await echo.token({ sub, roles: ['customer'] })}`);
  try {
    await callEcho(client, 'unary', metadata, {});
    return null;
  } catch (error) {
    return error as ServiceError;
  } finally {
    client.close();
  }
}

/** An hour of the day that begins so many hours from now. */
function hourIn(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
}

const broken: readonly (readonly [title: string, conditions: EchoConditions, reason: Reason, code: status])[] = [
  ['a role', { roles: ['support', 'finance'] }, 'role_missing', status.PERMISSION_DENIED],
  ['a purpose', { purpose: true }, 'purpose_missing', status.PERMISSION_DENIED],
  ['another time of day', { hours: { from: hourIn(2), until: hourIn(3) } }, 'outside_hours', status.PERMISSION_DENIED],
  ['another network', { networks: ['10.0.0.0/8', '::1/128'] }, 'network_not_allowed', status.PERMISSION_DENIED],
  ['a workload', { on_behalf_of: 'workload' }, 'workload_required', status.PERMISSION_DENIED],
];

test.each(broken)('a call that lacks %s is refused, recorded, and reaches no handler', async (...row) => {
  const [, conditions, reason, code] = row;
  const echo = await startEchoServer({ conditions });
  const error = (await call(echo)) ?? expect.fail('the call went through');
  expect(status[error.code]).toBe(status[code]);
  expect(error.details).not.toContain(reason);
  expect(await echo.records()).toMatchObject([
    { allowed: false, reasons: [reason], observed: [], decisionId: error.metadata.get('zt-decision-id')[0] },
  ]);
  expect(echo.runs()).toBe(0);
  await echo.close();
});

const kept: readonly (readonly [title: string, conditions: EchoConditions])[] = [
  ['one of the roles', { roles: ['support', 'customer'] }],
  ['the right time of day', { hours: { from: hourIn(-1), until: hourIn(1) } }],
  ['the right network', { networks: ['127.0.0.0/8'] }],
  ['a reason that the rule observes', { roles: ['support'], observe: ['role_missing'] }],
];

test.each(kept)('a call with %s is served', async (_title, conditions) => {
  const echo = await startEchoServer({ conditions });
  expect(await call(echo)).toBeNull();
  expect(await echo.records()).toMatchObject([{ allowed: true, observed: conditions.observe ?? [] }]);
  expect(echo.runs()).toBe(1);
  await echo.close();
});

test('who calls too often is told so, on every connection', async () => {
  const echo = await startEchoServer({ conditions: { rate_limit: { calls: 2, seconds: 60 } } });
  expect([await call(echo), await call(echo)]).toEqual([null, null]);
  const error = (await call(echo)) ?? expect.fail('the call went through');
  expect(status[error.code]).toBe('RESOURCE_EXHAUSTED');
  expect(error.details).toMatch(/^Too many calls\. Decision /);
  expect((await echo.records()).at(-1)).toMatchObject({ allowed: false, reasons: ['rate_exceeded'] });
  expect(echo.runs()).toBe(2);
  await echo.close();
});

test('who calls for too many users is told the same, whoever comes next, on every connection', async () => {
  const echo = await startEchoServer({ conditions: { distinct_users: { users: 2, seconds: 60 } } });
  for (const sub of ['alice', 'bob', 'alice']) expect(await call(echo, sub)).toBeNull();
  for (const sub of ['carol', 'dave']) {
    const error = (await call(echo, sub)) ?? expect.fail('the call went through');
    expect(status[error.code]).toBe('RESOURCE_EXHAUSTED');
    expect(error.details).toMatch(/^Too many calls\. Decision /);
    expect((await echo.records()).at(-1)).toMatchObject({
      ...{ allowed: false, reasons: ['too_many_users'], peer: { spiffeId: gateway }, token: { subject: sub } },
    });
  }
  expect(await call(echo, 'bob')).toBeNull();
  expect(echo.runs()).toBe(4);
  await echo.close();
});
