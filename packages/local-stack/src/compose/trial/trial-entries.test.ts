import { serviceNames } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { isOfTrial, trialEntries } from './trial-entries.ts';

const labels = {
  'com.docker.compose.slug': '2abc',
  'com.docker.compose.oneoff': 'True',
  'example.zt.workload': 'trial',
};
const options = { svidTtlSeconds: 60, until: new Date('2026-03-01T14:00:00.700Z') };

test('each service, and the operator, is the program of its name in this one container, for as long as the trial may last', () => {
  const entries = trialEntries(labels, options);
  const names = [...serviceNames, 'operator'];
  expect(entries.map(({ spiffe_id }) => spiffe_id).toSorted()).toEqual(
    names.map((name) => `spiffe://zt.example/ns/shop/sa/${name}`).toSorted(),
  );
  const order = entries.find(({ spiffe_id }) => spiffe_id.endsWith('/order'));
  expect(order).toMatchObject({ x509_svid_ttl: 60, entryExpiry: Date.parse('2026-03-01T14:00:00Z') / 1000 });
  expect(order?.selectors).toEqual([
    { type: 'docker', value: 'label:com.docker.compose.slug:2abc' },
    { type: 'docker', value: 'label:com.docker.compose.oneoff:True' },
    { type: 'docker', value: 'label:example.zt.workload:trial' },
    { type: 'unix', value: 'path:/opt/workloads/order' },
  ]);
});

test('a container that is not made for it registers nobody', () => {
  const operator = { ...labels, 'example.zt.workload': 'operator' };
  expect(() => trialEntries(operator, options)).toThrow('nobody but a trial may act as a workload');
  expect(() => trialEntries({}, options)).toThrow('nobody but a trial may act as a workload');
});

test('an entry of a trial is known until it has ended, and one of a service never taken for one', () => {
  const [entry] = trialEntries(labels, options);
  if (entry === undefined) throw new Error('there is none');
  const stored = { ...entry, expires_at: entry.entryExpiry ?? 0 };
  expect(isOfTrial(stored, new Date('2026-03-01T13:59:59Z'))).toBe(true);
  expect(isOfTrial(stored, new Date('2026-03-01T14:00:01Z'))).toBe(false);
  expect(isOfTrial({ ...stored, expires_at: 0 }, new Date('2026-03-01T13:00:00Z'))).toBe(false);
  const selectors = [{ type: 'docker', value: 'label:example.zt.workload:order' }];
  expect(isOfTrial({ ...stored, selectors }, new Date('2026-03-01T13:00:00Z'))).toBe(false);
});
