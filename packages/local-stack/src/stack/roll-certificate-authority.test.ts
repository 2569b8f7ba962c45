import { describe, expect, it } from 'vitest';
import { createSpireAuthoritySteps } from '../spire/authority-steps.ts';
import type { SpireServerCommands } from '../spire/spire-server-commands.ts';
import { rollCertificateAuthority } from './roll-certificate-authority.ts';

describe('rolling the certificate authority', () => {
  const rollWith = (observe: (what: string) => Promise<void>, last?: 'taint') => {
    const events: string[] = [];
    type Named = { readonly authority_id: string } | null;
    let state: { readonly prepared: Named; readonly old: Named } = { prepared: null, old: null };
    const server: SpireServerCommands = {
      text: async () => '',
      async json([, , verb = '', , id = '']) {
        events.push(`${verb} ${id}`.trim());
        if (verb === 'show') return state;
        if (verb === 'prepare') state = { prepared: { authority_id: 'new' }, old: null };
        if (verb === 'activate') state = { prepared: null, old: { authority_id: 'old' } };
        return { prepared_authority: state.prepared };
      },
    };
    const see = async (what: string) => {
      events.push(what);
      await observe(what);
    };
    const observer = {
      bundlesSince: (_: Date, authorities: number) => see(`sees ${authorities} trusted`),
      svidsIssuedSince: () => see('sees new SVIDs'),
    };
    return {
      events,
      rolled: rollCertificateAuthority(createSpireAuthoritySteps(server), observer, () => undefined, last),
    };
  };

  it('has the new one trusted before it signs, and the old one until nobody has an SVID of it', async () => {
    const { events, rolled } = rollWith(async () => undefined);
    expect(await rolled).toEqual({ from: 'old', to: 'new' });
    expect(events.filter((event) => event !== 'show')).toEqual([
      'prepare',
      'sees 2 trusted',
      'activate new',
      'taint old',
      'sees new SVIDs',
      'revoke old',
      'sees 1 trusted',
    ]);
  });

  it('leaves a tainted one trusted where it is to go no further', async () => {
    const { events, rolled } = rollWith(async () => undefined, 'taint');
    expect(await rolled).toEqual({ from: 'old', to: 'new' });
    expect(events.at(-1)).toBe('sees new SVIDs');
  });

  it('takes no step out of order', async () => {
    const steps = createSpireAuthoritySteps({ text: async () => '', json: async () => ({}) });
    await expect(steps.activate()).rejects.toThrow('activate is out of order: there is no prepared authority');
    await expect(steps.taint()).rejects.toThrow('taint is out of order: there is no old authority');
  });

  it('does not revoke while a workload still has an SVID of the old one', async () => {
    const { events, rolled } = rollWith(async (what) => {
      if (what === 'sees new SVIDs') throw new Error('payment has none yet');
    });
    await expect(rolled).rejects.toThrow('payment has none yet');
    expect(events).not.toContain('revoke old');
  });

  it('does not activate what a workload does not trust yet', async () => {
    const { events, rolled } = rollWith(async () => {
      throw new Error('order has the old bundle');
    });
    await expect(rolled).rejects.toThrow('order has the old bundle');
    expect(events).toEqual(['prepare', 'sees 2 trusted']);
  });
});
