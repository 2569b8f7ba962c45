import { expect, test } from 'vitest';
import { createRefusedAddresses, type RefusedSum } from './refused-addresses.ts';

test('many refusals are one report, with the address that was refused most often', () => {
  const sums: RefusedSum[] = [];
  const refused = createRefusedAddresses({ onSum: (sum) => sums.push(sum) });
  for (let at = 0; at < 500; at++) refused.add('192.0.2.1');
  refused.add('192.0.2.2');
  refused.close();
  expect(sums).toEqual([{ requests: 501, address: '192.0.2.1', requestsOfAddress: 500 }]);
});

test('nothing is reported twice, and nothing where nothing was refused', () => {
  const sums: RefusedSum[] = [];
  const refused = createRefusedAddresses({ onSum: (sum) => sums.push(sum) });
  refused.close();
  refused.add('192.0.2.1');
  refused.close();
  refused.close();
  expect(sums).toHaveLength(1);
});

test('a report comes by itself, and the next refusals make another', async () => {
  const sums: RefusedSum[] = [];
  const refused = createRefusedAddresses({ onSum: (sum) => sums.push(sum), everyMs: 10 });
  refused.add('192.0.2.1');
  await expect.poll(() => sums.length).toBe(1);
  refused.add('192.0.2.1');
  await expect.poll(() => sums.length).toBe(2);
});

test('of more addresses than are told apart the sum is still right', () => {
  const sums: RefusedSum[] = [];
  const refused = createRefusedAddresses({ onSum: (sum) => sums.push(sum) });
  for (let at = 0; at < 3_000; at++) refused.add(`10.0.${at >> 8}.${at & 255}`);
  refused.close();
  expect(sums[0]?.requests).toBe(3_000);
});
