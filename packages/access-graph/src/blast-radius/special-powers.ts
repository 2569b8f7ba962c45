import type { AccessGraph } from '../graph.ts';

/** What a workload's part in the system lets it do, which no edge or grant says, and what holds it even then. */
export interface SpecialPower {
  readonly power: string;
  readonly stops: readonly string[];
}

const byName: Readonly<Record<string, SpecialPower>> = {
  identity: {
    power: 'it signs tokens: it can speak for any user, to every service that takes users’ tokens',
    stops: [
      'a token works only over the connection of the workload that it was made for: it needs one of those too',
      'it can speak for no other workload: peers go by SVIDs, which it does not make',
    ],
  },
  audit: {
    power: 'it keeps the ledger and signs its checkpoints: it can sign another past, and hold policy bundles back',
    stops: [
      'every export that was taken before shows that',
      'it decides no call: what it gives out of policy is signed by the operator, and each service verifies that',
    ],
  },
  operator: {
    power: 'it signs policy bundles: it can have rules only observe, instead of refusing',
    stops: [
      'who published is on record, and which policy decided is in every decision',
      'certificates, tokens and sessions are verified all the same, and so is who may have a token exchanged for whom',
    ],
  },
  vault: {
    power: 'it makes database logins for every service, and holds all API keys',
    stops: ['a login is good only with the SVID of its service beside it'],
  },
  postgres: {
    power:
      'it holds every table of every service, and among them the public keys of tokens: with one of its own there it speaks for users',
    stops: [
      'a token works only over the connection of the workload that it was made for: without one of those it comes in as people do',
      'passwords, sessions and refresh tokens are in it as hashes only, API keys and private keys not at all',
    ],
  },
  'trust-updater': {
    power: 'it tells Vault which authorities to believe: it can make Vault take certificates of another',
    stops: ['it can change nothing else at Vault', 'a database login is good only with an SVID that Postgres believes'],
  },
};

export const namesWithSpecialPower: readonly string[] = Object.keys(byName);

/** None for most workloads. */
export function specialPowersOf(graph: AccessGraph, workload: string): SpecialPower[] {
  const own = Object.hasOwn(byName, workload) ? byName[workload] : undefined;
  return [...(own === undefined ? [] : [own]), ...(workload === graph.entryPoint ? [entryPoint] : [])];
}

const entryPoint: SpecialPower = {
  power: 'each user’s access token passes through it: it can act as anyone who uses it while it is held',
  stops: ['an access token ends after 10 minutes, or with its session', 'roles and scopes stay those of the user'],
};
