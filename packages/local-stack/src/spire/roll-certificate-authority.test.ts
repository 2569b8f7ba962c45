import { describe, expect, it } from 'vitest';
import { rollCertificateAuthority } from './roll-certificate-authority.ts';
import type { SpireServerCommands } from './spire-server-commands.ts';

describe('rolling the certificate authority', () => {
  const rollWith = (observe: (what: string) => Promise<void>) => {
    const events: string[] = [];
    const server: SpireServerCommands = {
      text: async () => '',
      async json([, , verb = '', , id = '']) {
        events.push(`${verb} ${id}`.trim());
        if (verb === 'show') return { active: { authority_id: 'old' } };
        if (verb === 'prepare') return { prepared_authority: { authority_id: 'new' } };
        return {};
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
    return { events, rolled: rollCertificateAuthority(server, observer, () => undefined) };
  };

  it('has the new one trusted before it signs, and the old one until nobody has an SVID of it', async () => {
    const { events, rolled } = rollWith(async () => undefined);
    expect(await rolled).toEqual({ from: 'old', to: 'new' });
    expect(events).toEqual([
      'show',
      'prepare',
      'sees 2 trusted',
      'activate new',
      'taint old',
      'sees new SVIDs',
      'revoke old',
      'sees 1 trusted',
    ]);
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
    expect(events).toEqual(['show', 'prepare', 'sees 2 trusted']);
  });
});
