import { readFile } from 'node:fs/promises';
import type { ForeignUserIssuer } from '@zt/kit/delegation';
import { ZeroTrustError } from '@zt/kit/errors';
import { type IssuerClient, JsonStatusError } from '@zt/kit/service';

/** Asks the issuer whether what a token stands for still lives. */
export interface IssuerSessionCheck {
  /** Throws a `ZeroTrustError` `session_state_unknown` where the issuer can't be asked, or does not answer as it should. */
  lives(token: string): Promise<boolean>;
}

export function createIssuerSessionCheck(issuer: ForeignUserIssuer, client: IssuerClient): IssuerSessionCheck {
  const { session } = issuer;
  switch (session.check) {
    case 'introspection':
      return known(async (token) => {
        const headers = session.client === null ? {} : { authorization: await basic(session.client) };
        const answer = await client.ask('introspection_endpoint', { headers, form: { token } });
        const { active } = answer as { readonly active?: unknown };
        if (typeof active !== 'boolean') throw new Error('introspection does not say whether the token is active');
        return active;
      });
    case 'userinfo':
      return known(async (token) => {
        try {
          await client.ask('userinfo_endpoint', { headers: { authorization: `Bearer ${token}` } });
          return true;
        } catch (error) {
          // RFC 6750, section 3.1: the token counts no more. Any other status says something of the issuer only.
          if (error instanceof JsonStatusError && error.status === 401) return false;
          throw error;
        }
      });
    case 'none-so-that-a-token-counts-until-it-expires':
      return { lives: async () => true };
  }
}

function known(ask: (token: string) => Promise<boolean>): IssuerSessionCheck {
  return {
    async lives(token) {
      try {
        return await ask(token);
      } catch (cause) {
        throw new ZeroTrustError('session_state_unknown', 'the issuer of users does not say whether a session lives', {
          cause,
        });
      }
    },
  };
}

/** RFC 6749, section 2.3.1. The file is read each time, so that a new secret needs no restart. */
async function basic({ id, secretFile }: { readonly id: string; readonly secretFile: string }): Promise<string> {
  const secret = (await readFile(secretFile, 'utf8')).trim();
  const encoded = [id, secret].map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join(':');
  return `Basic ${Buffer.from(encoded).toString('base64')}`;
}
