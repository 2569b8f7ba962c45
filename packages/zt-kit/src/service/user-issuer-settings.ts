import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { ForeignUserIssuer, IssuerAuthorities, UserIssuer } from '../delegation/user-issuer.ts';
import { parseEnvironment } from './environment.ts';

const httpsUrl = z.url({ protocol: /^https$/, error: 'is not an https URL' });
const name = z.string().min(1).max(255);
const namesOf = z.record(name, z.array(name).min(1));
const cacheSeconds = z.int().min(0).max(60).default(5);

const environment = z.object({ ISSUER: httpsUrl, USER_ISSUER_FILE: z.string().min(1).optional() });

/** Dangerous ones have long names: an issuer that gives its ID tokens the same type can't keep them out of this. */
const typeOf = {
  'at+jwt': 'at+jwt',
  'JWT-so-that-ID-tokens-may-pass': 'JWT',
  'none-so-that-ID-tokens-may-pass': undefined,
} as const;

const settings = z.strictObject({
  issuer: httpsUrl.refine((url) => !/[#?]/.test(url), 'has more than scheme, host, port and path'),
  authorities: z
    .union([z.enum(['own-trust-domain', 'system']), z.strictObject({ file: z.string().min(1) })])
    .default('own-trust-domain'),
  audience: name,
  otherAudiences: z.array(name).default([]),
  tokenTypes: z
    .array(z.enum(Object.keys(typeOf) as (keyof typeof typeOf)[]))
    .min(1)
    .default(['at+jwt']),
  algorithm: z.enum(['ES256', 'RS256']).default('ES256'),
  longestLifeSeconds: z.int().min(1).max(3600).default(900),
  requiredClaims: z.record(name, z.union([z.string(), z.boolean()])).default({}),
  tokenIdClaim: name.default('jti'),
  sessionClaim: name.default('sid'),
  roles: z.strictObject({ claim: z.union([name, z.array(name).min(1)]), map: namesOf }),
  scopes: z.union([z.strictObject({ claim: name }), z.strictObject({ byRole: namesOf })]).default({ claim: 'scope' }),
  session: z.discriminatedUnion('check', [
    z.strictObject({
      check: z.literal('introspection'),
      cacheSeconds,
      client: z.strictObject({ id: name, secretFile: z.string().min(1) }).optional(),
    }),
    z.strictObject({ check: z.literal('userinfo'), cacheSeconds }),
    z.strictObject({ check: z.literal('none-so-that-a-token-counts-until-it-expires') }),
  ]),
});

/**
 * Who issues users' tokens: the own provider at `ISSUER`, or whoever the JSON file `USER_ISSUER_FILE` describes. Every
 * process that takes users' tokens reads the same. Throws an error that names what is wrong and repeats none of it.
 */
export function readUserIssuer(env: NodeJS.ProcessEnv): UserIssuer {
  const { ISSUER, USER_ISSUER_FILE: file } = parseEnvironment(environment, env);
  if (file === undefined) return Object.freeze({ kind: 'own', issuer: ISSUER });
  const parsed = settings.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} does not describe an issuer\n${z.prettifyError(parsed.error)}`);
  return Object.freeze(issuerOf(parsed.data, (path) => resolve(dirname(file), path)));
}

function issuerOf(data: z.infer<typeof settings>, inFolder: (path: string) => string): ForeignUserIssuer {
  const { authorities, tokenTypes, roles, session } = data;
  return {
    ...data,
    kind: 'foreign',
    authorities: authoritiesOf(authorities, inFolder),
    tokenTypes: tokenTypes.map((type) => typeOf[type]),
    roles: { claim: [roles.claim].flat(), map: roles.map },
    session: session.check === 'introspection' ? { ...session, client: clientOf(session.client, inFolder) } : session,
  };
}

function authoritiesOf(
  authorities: z.infer<typeof settings>['authorities'],
  inFolder: (path: string) => string,
): IssuerAuthorities {
  return typeof authorities === 'string' ? authorities : { pem: readFileSync(inFolder(authorities.file), 'utf8') };
}

function clientOf(
  client: { readonly id: string; readonly secretFile: string } | undefined,
  inFolder: (path: string) => string,
): { readonly id: string; readonly secretFile: string } | null {
  return client === undefined ? null : { id: client.id, secretFile: inFolder(client.secretFile) };
}
