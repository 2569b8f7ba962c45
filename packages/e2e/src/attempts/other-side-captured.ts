import { readFile } from 'node:fs/promises';
import { accessGraph } from '@zt/access-graph';
import { operatorAccessOf, withOperatorClient } from '../operator-client.ts';
import type { JobResult } from '../probe/job.ts';
import { logIn } from '../shop/log-in.ts';
import { ownPage } from '../shop/log-in-page.ts';
import { readPasswords } from '../shop/users.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOfCall } from './evidence.ts';
import type { World } from './world.ts';

const listOrders = '/order.v1.OrderService/ListOrders';
const patron = 'alice';

/**
 * Logs in as many further customers, for as long as the work takes, and gives their tokens for the gateway. They have
 * alice's password, as a hash of it is at hand.
 */
async function withFurtherUsers<Result>(
  { stack }: World,
  count: number,
  work: (tokens: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const { [patron]: password } = await readPasswords(stack.usersFile);
  if (password === undefined) throw new Error(`the stack has no user ${patron}`);
  const users = Array.from({ length: count }, (_, index) => `customer-${index + 1}`);
  const ca = await readFile(stack.issuerBundleFile, 'utf8');
  const access = operatorAccessOf(stack);
  try {
    await withOperatorClient(access, 'identity', (client) =>
      client.query(
        `insert into users (id, password_hash, roles)
         select further.id, password_hash, roles from users, unnest($1::text[]) as further (id) where users.id = $2
         on conflict (id) do update set password_hash = excluded.password_hash`,
        [users, patron],
      ),
    );
    const tokens: string[] = [];
    // One after the other: a password takes a fifth of a second of a core to check, and others log in meanwhile.
    for (const user of users) tokens.push(await logIn({ issuer: stack.issuerUrl, ca, user, password, page: ownPage }));
    return await work(tokens);
  } finally {
    await withOperatorClient(access, 'identity', (client) =>
      client.query('delete from users where id = any($1::text[])', [users]),
    );
  }
}

/** Lists the orders of everybody whose token it is, one after the other, as whoever has taken over the gateway could. */
async function readAsGateway(world: World, tokens: readonly string[]): Promise<readonly JobResult[]> {
  const { identity, order } = world.stack.addresses;
  const exchanged = await world.runAs(
    'gateway',
    tokens.map((subjectToken) => ({
      kind: 'exchange',
      address: identity,
      server: world.spiffeId('identity'),
      subjectToken,
      audience: world.spiffeId('order'),
      scopes: ['orders:read'],
    })),
  );
  return await world.runAs(
    'gateway',
    exchanged.map(({ got, message }) => {
      if (got.accessToken === undefined) throw new Error(`the gateway got no token: ${message}`);
      const server = world.spiffeId('order');
      return { kind: 'call', method: listOrders, address: order, server, token: got.accessToken, request: {} };
    }),
  );
}

function mostUsers(): number {
  const methods = accessGraph.services.flatMap((service) => service.methods);
  const limit = methods.find(({ fullName }) => fullName === listOrders)?.distinctUsers;
  if (limit === null || limit === undefined) throw new Error(`the access graph bounds no users of ${listOrders}`);
  return limit.users;
}

/** The demo users are among those that are let in: paths after this one, which are theirs, find everything as it was. */
export const capturedGateway: Attempt = {
  id: 'other-side/captured-gateway',
  title: 'gateway, taken over, lists the orders of everybody who is logged in, one user after the other',
  from: 'gateway',
  to: 'order',
  method: listOrders,
  fault: 'too many users',
  expected: { code: 'RESOURCE_EXHAUSTED', reasons: ['too_many_users'] },
  async run(world) {
    const demoUsers = Object.keys(await readPasswords(world.stack.usersFile));
    const most = mostUsers();
    const own: string[] = [];
    for (const user of demoUsers) own.push(await world.tokenOf(user));
    return await withFurtherUsers(world, most - own.length + 1, async (further) => {
      const [patronsToken = ''] = own;
      const results = await readAsGateway(world, [...own, ...further, patronsToken]);
      const beyond = results[most];
      const refused = results.findIndex(({ code }, index) => index !== most && code !== 'OK');
      if (beyond === undefined || refused >= 0) {
        throw new Error(`user ${refused + 1} of ${most} is refused: ${results[refused]?.code}`);
      }
      const evidence = await evidenceOfCall(world, 'order', beyond);
      return { ...evidence, observed: `${most} users were read for before, and one of them again afterwards` };
    });
  },
};
