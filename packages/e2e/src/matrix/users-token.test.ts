import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { World } from '../attempts/world.ts';
import type { TokenWay } from './token-way.ts';
import { createTokenCarrier, userWith } from './users-token.ts';

const toOrder = { by: 'gateway', audience: 'order', scopes: ['a:b'] };
const toInventory = { by: 'order', audience: 'inventory', scopes: ['a:b'] };
const toPayment = { by: 'order', audience: 'payment', scopes: [] };

/** A world in which every exchange gives a token that says what it was made of. */
function exchanging(refused = '') {
  const exchanges: string[] = [];
  const world = {
    tokenOf: async (user: string) => `login of ${user}`,
    async exchangeAs(by: string, subjectToken: string, audience: string): Promise<string> {
      exchanges.push(`${by}: ${subjectToken} for ${audience}`);
      if (by === refused) throw new Error(`${by} got no token for ${audience}`);
      return `${by}'s for ${audience}`;
    },
  };
  return { exchanges, carrier: createTokenCarrier(world) };
}

test('each hop exchanges the token of the one before, and what two ways have in common is walked once', async () => {
  const { carrier, exchanges } = exchanging();
  const ways: TokenWay[] = [
    [toOrder, toInventory],
    [toOrder, toPayment],
  ];
  expect(await Promise.all(ways.map((way) => carrier.bring('alice', way)))).toEqual([
    "order's for inventory",
    "order's for payment",
  ]);
  expect(exchanges).toEqual([
    'gateway: login of alice for order',
    "order: gateway's for order for inventory",
    "order: gateway's for order for payment",
  ]);
});

test("one user's tokens are not another's", async () => {
  const { carrier, exchanges } = exchanging();
  await carrier.bring('alice', [toOrder]);
  await carrier.bring('sam', [toOrder]);
  expect(exchanges).toHaveLength(2);
});

test('a hop that is refused is the end of the way', async () => {
  const { carrier } = exchanging('order');
  await expect(carrier.bring('alice', [toOrder, toInventory])).rejects.toThrow('order got no token for inventory');
});

test('a user is chosen by role, the first of all where none is asked for', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'users-'));
  try {
    const usersFile = join(directory, 'users.json');
    const users = { alice: { password: 'a', roles: ['customer'] }, sam: { password: 's', roles: ['support'] } };
    await writeFile(usersFile, JSON.stringify(users));
    const stack = { usersFile } as World['stack'];
    expect(await userWith([], stack)).toBe('alice');
    expect(await userWith(['finance', 'support'], stack)).toBe('sam');
    await expect(userWith(['finance'], stack)).rejects.toThrow('no user with the role finance');
  } finally {
    await rm(directory, { recursive: true });
  }
});
