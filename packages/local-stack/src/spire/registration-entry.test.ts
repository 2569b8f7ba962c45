import { describe, expect, it } from 'vitest';
import { checkResults, parseEntries, planEntryChanges, type RegistrationEntry } from './registration-entry.ts';

const entry = (name: string, changes: Partial<RegistrationEntry> = {}): RegistrationEntry => ({
  spiffe_id: `spiffe://zt.example/ns/shop/sa/${name}`,
  parent_id: 'spiffe://zt.example/spire/agent/x509pop/node',
  selectors: [
    { type: 'unix', value: `path:/bin/${name}` },
    { type: 'unix', value: 'uid:1000' },
  ],
  dns_names: [name, 'localhost'],
  x509_svid_ttl: 60,
  ...changes,
});
const stored = (name: string, changes: Partial<RegistrationEntry> = {}) =>
  ({ ...structuredClone(entry(name, changes)), id: `id-of-${name}` }) as ReturnType<typeof parseEntries>[number];

describe('changes to registration entries', () => {
  it('are none where the server holds what is wanted, in whatever order of selectors', () => {
    const reversed = stored('order', { selectors: [...entry('order').selectors].reverse() });
    expect(planEntryChanges([reversed, stored('payment')], [entry('payment'), entry('order')])).toEqual({
      create: [],
      update: [],
      remove: [],
    });
  });

  it('create what is new and remove what is in the graph no more', () => {
    expect(planEntryChanges([stored('order')], [entry('payment')])).toEqual({
      create: [entry('payment')],
      update: [],
      remove: ['id-of-order'],
    });
  });

  it.each([
    ['lifetime', { x509_svid_ttl: 30 }],
    ['selectors', { selectors: [{ type: 'unix', value: 'path:/elsewhere/order' }] }],
    ['common name', { dns_names: ['localhost', 'order'] }],
  ])('update an entry whose %s differs', (_, changes) => {
    const wanted = entry('order', changes);
    expect(planEntryChanges([stored('order')], [wanted])).toEqual({
      create: [],
      update: [{ ...wanted, entry_id: 'id-of-order' }],
      remove: [],
    });
  });

  it('remove a second entry for the same SPIFFE ID, through which another program could be that workload', () => {
    const second = { ...stored('order', { selectors: [] }), id: 'second' };
    const changes = { create: [], update: [], remove: ['second'] };
    expect(planEntryChanges([stored('order'), second], [entry('order')])).toEqual(changes);
    // Whichever comes first: a workload that is as it should be keeps its identity meanwhile.
    expect(planEntryChanges([second, stored('order')], [entry('order')])).toEqual(changes);
  });
});

describe('what SPIRE prints', () => {
  it('is read with whole SPIFFE IDs', () => {
    const printed = {
      ...stored('order'),
      spiffe_id: { trust_domain: 'zt.example', path: '/ns/shop/sa/order' },
      parent_id: { trust_domain: 'zt.example', path: '/p' },
    };
    expect(parseEntries({ entries: [printed] })[0]?.spiffe_id).toBe('spiffe://zt.example/ns/shop/sa/order');
  });

  it('is an error where one entry of a batch was refused', () => {
    const results = [
      { status: { code: 0, message: 'OK' } },
      { status: { code: 6, message: 'similar entry already exists' } },
    ];
    expect(() => checkResults({ results })).toThrow('SPIRE refused a registration entry: similar entry already exists');
  });
});
