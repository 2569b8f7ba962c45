import { accessGraph, findMethod, type GraphMethod } from '@zt/access-graph';
import type { Reason } from '@zt/kit/errors';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import type { TokenFault, TokenGround } from './bypass-path.ts';

type Claims = Readonly<Record<string, unknown>>;

interface Made {
  readonly id: string;
  readonly title: string;
  readonly reason: Reason;
  readonly verifies?: boolean;
  readonly fits?: (path: MatrixPath) => boolean;
  /** What the token says instead; what is undefined is taken away. */
  readonly claims?: (ground: TokenGround) => Claims | Promise<Claims>;
  readonly header?: Claims;
}

const now = (): number => Math.floor(Date.now() / 1_000);
const isOfUser = ({ credential, door }: MatrixPath): boolean =>
  credential.kind === 'token of a user' || door === 'users';
const isActedIn = ({ credential }: MatrixPath): boolean => credential.kind === 'token of a user';
const isLongChain = ({ credential }: MatrixPath): boolean =>
  credential.kind === 'token of a user' && (credential.way?.length ?? 0) > 1;
const isExchanged = (path: MatrixPath): boolean => isActedIn(path) || path.credential.kind === 'own token';
const methodOf = ({ method }: MatrixPath): GraphMethod => findMethod(accessGraph, method).method;

/** SPIFFE IDs of an `act` claim, who acts now first. */
function chainIn({ parts }: TokenGround): readonly string[] {
  const chain: string[] = [];
  for (let link = parts.claims.act as Act | undefined; link !== undefined; link = link.act) chain.push(link.sub);
  return chain;
}

interface Act {
  readonly sub: string;
  readonly act?: Act;
}

function actOf(chain: readonly string[]): Act | undefined {
  return chain.reduceRight<Act | undefined>((act, sub) => (act === undefined ? { sub } : { sub, act }), undefined);
}

const faults: readonly Made[] = [
  {
    id: 'expired-by-a-second',
    title: 'with a token that ended a second ago',
    reason: 'token_expired',
    claims: () => ({ iat: now() - 31, exp: now() - 1 }),
  },
  {
    id: 'issued-in-the-future',
    title: 'with a token that is to be issued in a minute',
    reason: 'token_not_yet_valid',
    claims: () => ({ iat: now() + 60, exp: now() + 90 }),
  },
  {
    id: 'not-before',
    title: 'with a token that is not to be used yet',
    reason: 'token_not_yet_valid',
    claims: () => ({ iat: now(), exp: now() + 50, nbf: now() + 40 }),
  },
  {
    id: 'lives-too-long',
    title: 'with a token for an hour',
    reason: 'token_malformed',
    claims: () => ({ iat: now(), exp: now() + 3_600 }),
  },
  {
    id: 'without-end',
    title: 'with a token that never ends',
    reason: 'token_malformed',
    claims: () => ({ exp: undefined }),
  },
  {
    id: 'issuer-wrong',
    title: 'with a token in the name of another issuer',
    reason: 'token_issuer_wrong',
    claims: () => ({ iss: 'https://other.example' }),
  },
  {
    id: 'audience-wrong',
    title: 'with a token for another service',
    reason: 'token_audience_wrong',
    claims: ({ forger }) => ({ aud: forger.spiffeId('vault') }),
  },
  {
    id: 'audience-among-others',
    title: 'with a token for several services, of which this is one',
    reason: 'token_audience_wrong',
    claims: ({ parts, forger }) => ({ aud: [parts.claims.aud, forger.spiffeId('vault')] }),
  },
  {
    id: 'type-wrong',
    title: 'with a token of another type',
    reason: 'token_type_wrong',
    header: { typ: 'JWT' },
  },
  {
    id: 'critical-header-signed',
    title: 'with a token that has a critical header, all of it well signed',
    reason: 'token_malformed',
    header: { crit: ['everything'], everything: true },
  },
  {
    id: 'bound-to-another-key',
    title: 'with a token that is bound to a key which nobody asks for',
    reason: 'token_malformed',
    claims: () => ({ cnf: { jkt: 'a-key-of-another' } }),
  },
  {
    id: 'narrow-scope',
    title: 'with a token that may do something else',
    reason: 'scope_missing',
    verifies: true,
    claims: () => ({ scope: 'nothing:at-all' }),
  },
  {
    id: 'without-role',
    title: 'with a token of a user who has none of the roles',
    reason: 'role_missing',
    verifies: true,
    fits: (path) => methodOf(path).roles !== null,
    claims: () => ({ roles: ['customer'] }),
  },
  {
    id: 'session-revoked',
    title: 'with a token of a session that is over',
    reason: 'session_ended',
    verifies: true,
    fits: isOfUser,
    claims: ({ forger }) => forger.endedSession().then(({ sid, sub }) => ({ sid, sub })),
  },
  {
    id: 'act-stripped',
    title: 'with a token in which nobody acts for its user',
    reason: 'token_malformed',
    fits: isActedIn,
    claims: () => ({ act: undefined }),
  },
  {
    id: 'act-shortened',
    title: 'with a token that leaves out by whom its user came in',
    reason: 'chain_not_allowed',
    verifies: true,
    fits: isLongChain,
    claims: (ground) => ({ act: actOf(chainIn(ground).slice(0, 1)) }),
  },
  {
    id: 'act-reordered',
    title: 'with a token whose chain is the other way round',
    reason: 'token_actor_mismatch',
    fits: isLongChain,
    claims: (ground) => ({ act: actOf(chainIn(ground).toReversed()) }),
  },
  {
    id: 'act-deepened',
    title: 'with a token whose chain goes on over a workload that never was on it',
    reason: 'chain_not_allowed',
    verifies: true,
    fits: isActedIn,
    claims: (ground) => ({ act: actOf([...chainIn(ground), ground.forger.spiffeId('audit')]) }),
  },
  {
    id: 'act-too-deep',
    title: 'with a token whose chain has nine links',
    reason: 'token_malformed',
    fits: isActedIn,
    claims: (ground) => ({ act: actOf(Array.from({ length: 9 }, () => chainIn(ground)[0] ?? '')) }),
  },
  {
    id: 'act-forged',
    title: 'with a token in which another workload acts',
    reason: 'token_actor_mismatch',
    fits: isActedIn,
    claims: (ground) => ({ act: actOf([ground.forger.spiffeId('audit'), ...chainIn(ground)]) }),
  },
  {
    id: 'act-with-more',
    title: 'with a token whose chain says something that nobody checks',
    reason: 'token_malformed',
    fits: isActedIn,
    claims: ({ parts }) => ({ act: { ...(parts.claims.act as Act), roles: ['finance'] } }),
  },
  {
    id: 'act-at-the-entry',
    title: 'with a token of the provider in which a workload acts',
    reason: 'token_malformed',
    fits: ({ door }) => door === 'users',
    claims: ({ forger }) => ({ act: { sub: forger.spiffeId('gateway') } }),
  },
  {
    id: 'user-as-workload',
    title: 'with a token whose user has the name of a workload',
    reason: 'token_malformed',
    fits: isOfUser,
    claims: ({ forger }) => ({ sub: forger.spiffeId('operator') }),
  },
  {
    id: 'own-name-of-another',
    title: 'with a token that another workload has in its own name',
    reason: 'token_actor_mismatch',
    fits: isExchanged,
    claims: ({ forger }) => ({ ...ownName, sub: forger.spiffeId('audit') }),
  },
  {
    id: 'own-name-for-a-user',
    title: "with a token in its own name, where a user's is asked for",
    reason: 'user_required',
    verifies: true,
    fits: (path) => isActedIn(path) && methodOf(path).onBehalfOf === 'user' && methodOf(path).roles === null,
    claims: ({ path, forger }) => ({ ...ownName, sub: forger.spiffeId(path.from) }),
  },
];

const ownName: Claims = { act: undefined, sid: undefined, roles: undefined };

/** With a token that whoever signs tokens here has really signed: the key is good, what it says is not. */
export const signedTokenFaults: readonly TokenFault[] = faults.map(
  ({ claims = () => ({}), header = {}, fits, ...fault }) => ({
    ...fault,
    at: 'token',
    // What a third party signs is signed by a program of somebody else.
    fits: (path) =>
      path.credential.kind !== 'nothing' && path.door !== 'third party' && (fits === undefined || fits(path)),
    async forge(ground) {
      const { path, parts, forger } = ground;
      return forger.sign(path, { ...parts.header, ...header }, { ...parts.claims, ...(await claims(ground)) });
    },
  }),
);
