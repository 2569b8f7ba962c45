import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import type { RegistrationEntry } from '../../spire/registration-entry.ts';
import { holdTrial } from './hold-trial.ts';

const entry: RegistrationEntry = {
  spiffe_id: 'spiffe://zt.example/ns/shop/sa/order',
  parent_id: 'spiffe://zt.example/agent',
  selectors: [
    { type: 'docker', value: 'label:a:b' },
    { type: 'unix', value: 'path:/opt/workloads/order' },
  ],
  dns_names: ['order'],
  x509_svid_ttl: 60,
};
const stored = {
  ...entry,
  spiffe_id: { trust_domain: 'zt.example', path: '/ns/shop/sa/order' },
  parent_id: { trust_domain: 'zt.example', path: '/agent' },
};

/** A server that has these entries, and gives the new one the id `new`. */
function serverWith(entries: readonly unknown[]) {
  const asked: unknown[] = [];
  return {
    asked,
    async json(args: readonly string[], input?: unknown): Promise<unknown> {
      asked.push([args[1], input]);
      switch (args[1]) {
        case 'show':
          return { entries };
        case 'create':
          return { results: [{ status: { code: 0, message: 'OK' }, entry: { id: 'new' } }] };
        default:
          return { results: [{ status: { code: 0, message: 'OK' } }] };
      }
    },
  };
}

test('what is registered for a trial is deleted once whoever began it lets go', async () => {
  const server = serverWith([]);
  const holder = new PassThrough();
  const onRegistered = vi.fn();
  const held = holdTrial({ server, entries: [entry], holder, onRegistered });
  await vi.waitFor(() => expect(onRegistered).toHaveBeenCalled());
  expect(server.asked).toEqual([
    ['show', undefined],
    ['create', { entries: [entry] }],
  ]);
  holder.end();
  await held;
  expect(server.asked.at(-1)).toEqual(['delete', { ids: ['new'] }]);
});

test('what a trial of the same container left behind that was killed goes first, and nothing of others', async () => {
  const other = { ...stored, id: 'other', selectors: [{ type: 'docker', value: 'label:example.zt.workload:order' }] };
  const left = { ...stored, id: 'left', selectors: stored.selectors.toReversed() };
  const server = serverWith([other, left]);
  const holder = new PassThrough().end();
  await holdTrial({ server, entries: [entry], holder, onRegistered: () => {} });
  expect(server.asked[1]).toEqual(['delete', { ids: ['left'] }]);
});
