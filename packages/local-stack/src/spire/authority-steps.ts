import type { AuthoritySteps } from '@zt/kit/testing/workload-api';
import { z } from 'zod';
import type { SpireServerCommands } from './spire-server-commands.ts';

const authority = z.object({ authority_id: z.string() });
const shown = z.object({ prepared: authority.nullish(), old: authority.nullish() });
const prepared = z.object({ prepared_authority: authority });

/** The steps of a roll as `spire-server localauthority x509` has them; a step out of order is an error. */
export function createSpireAuthoritySteps(server: SpireServerCommands): AuthoritySteps {
  const command = (verb: string, ...options: string[]) => server.json(['localauthority', 'x509', verb, ...options]);
  async function about(which: 'prepared' | 'old', verb: string): Promise<string> {
    const id = shown.parse(await command('show'))[which]?.authority_id;
    if (id === undefined) throw new Error(`${verb} is out of order: there is no ${which} authority`);
    await command(verb, '-authorityID', id);
    return id;
  }
  return {
    prepare: async () => prepared.parse(await command('prepare')).prepared_authority.authority_id,
    activate: () => about('prepared', 'activate'),
    taint: () => about('old', 'taint'),
    revoke: () => about('old', 'revoke'),
  };
}
