import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { ownAddress } from './own-address.ts';

/** From a range that is nobody's (RFC 5737). */
const elsewhere = '192.0.2.7';
const nobody = () => expect.fail('nobody is asked');

test.each(['127.0.0.1', '0.0.0.0', elsewhere])('the literal address %s is taken as it is', async (host) => {
  expect(await ownAddress({ host, port: 7001 }, nobody)).toEqual({ host, port: 7001 });
});

test('a name stands for that one of its addresses which is of this machine', async () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
  for (const host of own) {
    const resolve = async () => [elsewhere, host, '192.0.2.8'];
    expect(await ownAddress({ host: 'order.internal', port: 1 }, resolve)).toEqual({ host, port: 1 });
  }
  expect(own).not.toEqual([]);
});

test('localhost is found without anybody who knows names, and so is a name that is kept on the loopback', async () => {
  expect((await ownAddress({ host: 'localhost', port: 1 })).host).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect((await ownAddress({ host: 'here', port: 1 }, async () => ['127.0.1.1'])).host).toBe('127.0.1.1');
});

test('where a name belongs to others nothing listens, and the error says what to change', async () => {
  const resolve = async () => [elsewhere];
  await expect(ownAddress({ host: 'order.internal', port: 8443 }, resolve)).rejects.toThrow(
    'cannot listen on order.internal:8443: order.internal is 192.0.2.7, which is not of this machine; give this machine that name',
  );
  const unknown = () => Promise.reject(new Error('ENOTFOUND'));
  await expect(ownAddress({ host: 'order.internal', port: 8443 }, unknown)).rejects.toThrow('is not known here');
});
