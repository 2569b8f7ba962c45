import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openUserSession, type UserSession } from '../shop/user-session.ts';
import { askZt } from '../zt-command.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { commandLineLogin } from './command-line-login.ts';
import { assertHandlerDidNotRun, evidenceOf, evidenceOfCall, only } from './evidence.ts';
import { isWritten } from './is-written.ts';
import { smallOrder, type World } from './world.ts';

/** That a session has ended is known everywhere after this time at the latest. */
const everywhereMs = 5_000;
const getOrder = '/order.v1.OrderService/GetOrder';
const exchangeToken = '/identity.v1.TokenExchangeService/ExchangeToken';

async function withSession<Result>(
  world: World,
  user: string,
  work: (session: UserSession) => Promise<Result>,
): Promise<Result> {
  const session = await openUserSession(world.stack, user);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/**
 * Asks again and again with a token that was good, until the gateway itself refuses it. Before it has heard that the
 * session is over, it is the exchange behind it that does not go along.
 */
async function refusedAtGateway(world: World, token: string): Promise<Evidence> {
  const end = performance.now() + everywhereMs;
  while (true) {
    const answer = await world.shop.getStock(token, 'tea-assam-100g');
    const record = await world.ledger.find('gateway', (found) => found.decisionId === answer.decisionId);
    if (record?.reasons.includes('session_ended') || performance.now() > end) {
      await assertHandlerDidNotRun(world, record);
      return evidenceOf({ code: String(answer.status), message: String(answer.body.detail) }, 'gateway', record);
    }
    await sleep(100);
  }
}

interface SessionFault {
  readonly id: string;
  readonly title: string;
  readonly user: string;
  readonly fault: string;
  end(session: UserSession): Promise<void>;
}

const loggedOut: SessionFault = {
  id: 'logged-out',
  title: 'alice, who has logged out in her browser',
  user: 'alice',
  fault: 'session ended by the user',
  end: (session) => session.logOut(),
};

const revoked: SessionFault = {
  id: 'revoked',
  title: 'alice, whose command line has revoked its login',
  user: 'alice',
  fault: 'login revoked',
  end: (session) => session.revoke(session.tokens.refreshToken),
};

/** At the gateway: with an access token that would be good for minutes. */
function atGateway(fault: SessionFault): Attempt {
  return {
    id: `session/${fault.id}-gateway`,
    title: `${fault.title}, asks the gateway`,
    from: fault.user,
    to: 'gateway',
    method: '/gateway/GetStock',
    fault: fault.fault,
    expected: { code: '401', reasons: ['session_ended'] },
    run: (world) =>
      withSession(world, fault.user, async (session) => {
        const before = await world.shop.getStock(session.tokens.accessToken, 'tea-assam-100g');
        if (before.status !== 200) throw new Error(`a new login of ${fault.user} is answered with ${before.status}`);
        await fault.end(session);
        return await refusedAtGateway(world, session.tokens.accessToken);
      }),
  };
}

/** At a hop behind it: with a token of the exchange that is still fresh. */
function behindGateway(fault: SessionFault): Attempt {
  return {
    id: `session/${fault.id}-order`,
    title: `gateway calls order for ${fault.title}, with a token that is still fresh`,
    from: 'gateway',
    to: 'order',
    method: getOrder,
    fault: fault.fault,
    expected: { code: 'UNAUTHENTICATED', reasons: ['session_ended'] },
    run: (world) =>
      withSession(world, fault.user, async (session) => {
        const token = await world.exchangeAs('gateway', session.tokens.accessToken, 'order', ['orders:read']);
        await fault.end(session);
        await refusedAtGateway(world, session.tokens.accessToken);
        // The gateway may have heard of it a moment before order did.
        await sleep(1_000);
        const result = await world.runAs('gateway', [
          {
            kind: 'call',
            method: getOrder,
            address: world.stack.addresses.order,
            server: world.spiffeId('order'),
            token,
            request: { orderId: randomUUID() },
          },
        ]);
        return await evidenceOfCall(world, 'order', only(result));
      }),
  };
}

const exchangedAfterLogout: Attempt = {
  id: 'session/logged-out-exchange',
  title: 'gateway exchanges the token of alice, who has logged out',
  from: 'gateway',
  to: 'identity',
  method: exchangeToken,
  fault: loggedOut.fault,
  expected: { code: 'UNAUTHENTICATED', reasons: ['session_ended'] },
  run: (world) =>
    withSession(world, 'alice', async (session) => {
      await session.logOut();
      const startedAt = new Date().toISOString();
      const result = await world.runAs('gateway', [
        {
          kind: 'exchange',
          address: world.stack.addresses.identity,
          server: world.spiffeId('identity'),
          subjectToken: session.tokens.accessToken,
          audience: world.spiffeId('order'),
          scopes: ['orders:read'],
        },
      ]);
      const record = await world.ledger.find(
        'identity',
        ({ method, allowed, time }) => method === exchangeToken && !allowed && time >= startedAt,
      );
      return evidenceOf(only(result), 'identity', record);
    }),
};

/** A thief and a user with one refresh token: the second use ends it for both, and identity's log says so. */
const refreshTokenReused: Attempt = {
  id: 'session/refresh-token-reused',
  title: "bob's refresh token is used twice, and then the token of the first use at the gateway",
  from: 'bob',
  to: 'gateway',
  method: '/gateway/GetStock',
  fault: 'refresh token used twice',
  expected: { code: '401', reasons: ['session_ended'] },
  run: (world) =>
    withSession(world, 'bob', async (session) => {
      const renewed = await session.refresh(session.tokens.refreshToken);
      const again = await session.refresh(session.tokens.refreshToken).then(
        () => 'was taken twice',
        (error: { readonly error?: string }) => error.error ?? 'failed',
      );
      if (again !== 'invalid_grant') throw new Error(`the refresh token ${again}`);
      const evidence = await refusedAtGateway(world, renewed.accessToken);
      const isLogged = await isWritten(logOf(world), (line) => line.includes('refresh_token_reused'));
      return { ...evidence, recordedBy: isLogged ? evidence.recordedBy : null };
    }),
};

const blockedLogsIn: Attempt = {
  id: 'session/blocked-login',
  title: 'mallory, who is blocked, logs in with her password',
  from: 'mallory',
  to: 'identity',
  method: '/identity/login',
  fault: 'blocked user',
  expected: { code: '403', reasons: ['login_blocked'] },
  async run(world) {
    const startedAt = Date.now();
    await operate(world, 'block');
    try {
      const message = await world.newTokenOf('mallory').then(
        () => 'she was let in',
        (error: Error) => error.message,
      );
      const code = /answers with (\d+)/.exec(message)?.[1] ?? 'OK';
      const line = await logLine(world, 'login_blocked', startedAt);
      return { code, message, reasons: line === null ? [] : ['login_blocked'], recordedBy: line };
    } finally {
      await operate(world, 'unblock');
    }
  },
};

async function operate(world: World, verb: 'block' | 'unblock'): Promise<void> {
  const { output, ok } = await askZt('users', verb, 'mallory', '--name', world.stack.name);
  if (!ok) throw new Error(`zt users ${verb} failed: ${output}`);
}

async function logLine(world: World, event: string, since: number): Promise<string | null> {
  const found = await isWritten(logOf(world), (line) => line.includes(`"${event}"`) && timeOf(line) >= since - 1_000);
  return found ? `identity's log, logs/identity.log: ${event}` : null;
}

const logOf = ({ stack }: World): string => join(stack.logsDirectory, 'identity.log');

function timeOf(line: string): number {
  const time = /"time":(?:"([^"]+)"|(\d+))/.exec(line);
  return time?.[2] !== undefined ? Number(time[2]) : Date.parse(time?.[1] ?? '');
}

const deviceLogin: Attempt = {
  id: 'allowed/alice-identity/device-login',
  title: 'alice logs in at the command line with a code, renews her login and orders',
  from: 'alice',
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  run: (world) =>
    withSession(world, 'alice', async (session) => {
      const { accessToken } = await session.refresh(session.tokens.refreshToken);
      const answer = await world.shop.placeOrder(accessToken, randomUUID(), smallOrder);
      const record =
        (await world.ledger.trace(answer.traceId)).find(({ method }) => method === deviceLogin.method) ?? null;
      const told = { code: answer.status === 201 ? 'OK' : String(answer.status), message: String(answer.body.status) };
      return evidenceOf(told, 'gateway', record);
    }),
};

/** A login counts everywhere for as long as its session lasts, and at no hop for longer. */
export const refusedSessions: readonly Attempt[] = [
  deviceLogin,
  commandLineLogin,
  atGateway(loggedOut),
  behindGateway(loggedOut),
  exchangedAfterLogout,
  atGateway(revoked),
  refreshTokenReused,
  blockedLogsIn,
];
