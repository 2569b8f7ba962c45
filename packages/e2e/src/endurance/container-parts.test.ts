import { expect, test } from 'vitest';
import { memoryOfContainers } from './container-memory.ts';
import { watchMishaps } from './container-mishaps.ts';
import { createContainerParts } from './container-parts.ts';
import { placesOfLogins } from './places-of-logins.ts';
import { fakeEngine } from './testing/fake-engine.ts';

test('A container is killed by its first process, and is back once it is ready again', async () => {
  const { docker, killed } = fakeEngine();
  const parts = createContainerParts('shop', docker);
  expect(await parts.names()).toEqual(['order']);
  const { part, backAfterMs } = await parts.kill('order');
  expect(part).toBe('order');
  expect(killed).toEqual([['41', 'c0ffee']]);
  expect(backAfterMs).toBeGreaterThan(0);
});

test('Nobody is killed in the place of a container that is not there', async () => {
  const { docker, killed } = fakeEngine();
  await expect(createContainerParts('shop', docker).kill('payment')).rejects.toThrow('there is no container payment');
  expect(killed).toEqual([]);
});

test('Memory is said in mebibytes', async () => {
  expect(await memoryOfContainers('shop', fakeEngine().docker)).toEqual({ order: 81.5 });
});

test('Which container took a database login is found in its log', async () => {
  expect(await placesOfLogins('shop', fakeEngine().docker)).toEqual(new Map([['v-order-1', 'shop-order-1']]));
});

test('How often a container was started again since then is counted, and whether its memory was enough', async () => {
  const { docker } = fakeEngine();
  const mishaps = await watchMishaps('shop', docker);
  await createContainerParts('shop', docker).kill('order');
  expect(await mishaps()).toEqual({ restarts: { 'shop-order-1': 1 }, outOfMemory: ['shop-order-1'] });
});
