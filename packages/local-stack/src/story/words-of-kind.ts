import type { StackKind } from '@zt/e2e/stack-kind';

/** What the story says of a stack by its kind: where SPIRE and Vault do not run, nothing is said of them that is not so. */
export interface WordsOfKind {
  readonly beginning: string;
  /** What a process learns that nobody registered. */
  readonly unregistered: string;
  /** Who replaces what, while orders flow. */
  readonly replacing: string;
  /** How to see the same with SPIRE and Vault; empty where that is what one sees. */
  readonly native: string;
  /** Where it is written down who refused what. */
  records(name: string): string;
  /** Where else to look, once the story is told. */
  readonly looking: (name: string) => readonly (readonly [label: string, text: string])[];
  /** The record of a decision, and the log of a process. */
  decisionAt(service: string, decision: string): string;
  logAt(process: string): string;
  /** What else whoever logs in has to know. */
  login(name: string): string;
}

const trust =
  'None of them trusts another because of where it runs: each call proves which workload calls, on whose behalf, and why it is allowed.';
const notAsked = 'An identity is not asked for with a password:';

export const nativeDemo = 'npx -y pnpm@12 demo --stack native';

const ofProcesses = {
  records: (name: string) => `the records, under .zt/${name}`,
  looking: (name: string) =>
    [['records', `.zt/${name}/spool has what each service decided, one JSON object per line`]] as const,
  decisionAt: (service: string, decision: string) => `spool/${service}/${service}.jsonl, decision ${decision}`,
  logAt: (process: string) => `logs/${process}.log`,
  login: (name: string) => `Passwords of the demo's users are in .zt/${name}/users.json.`,
};

const inContainer = 'docker compose run --rm';

export const wordsOfKind: Readonly<Record<StackKind, WordsOfKind>> = {
  embedded: {
    beginning: `Six services run on this machine, with Postgres. In the place of SPIRE and Vault are two servers for development and tests that speak their APIs; the services are the same, and ${nativeDemo} shows them with SPIRE and Vault themselves. ${trust}`,
    unregistered: `${notAsked} here each workload has a socket of its own, and at this one nobody is registered. SPIRE looks at the process.`,
    replacing: 'Meanwhile the certificates are replaced, and the database logins',
    native: nativeDemo,
    ...ofProcesses,
  },
  native: {
    beginning: `Six services run on this machine, with SPIRE, Vault and Postgres. ${trust}`,
    unregistered: `${notAsked} SPIRE looks at the process, and this one is not registered.`,
    replacing: 'Meanwhile SPIRE replaces the certificates and Vault the database logins',
    native: '',
    ...ofProcesses,
  },
  compose: {
    beginning: `Six services run in containers, with SPIRE, Vault and Postgres in others. ${trust}`,
    unregistered: `${notAsked} SPIRE looks at the container and at the program that runs in it, and this one is not registered.`,
    replacing: 'Meanwhile SPIRE replaces the certificates and Vault the database logins',
    native: '',
    records: () => 'the ledger, and in the logs of those who refused',
    looking: () => [
      ['secrets', `${inContainer} zt secrets`],
      ['records', `${inContainer} zt ledger list --refused`],
      ['copies', 'docker compose up --wait --scale inventory=3'],
      ['networks', 'docker-compose.yml ends with them: who can reach whom'],
    ],
    decisionAt: (service, decision) => `${service}'s records and the ledger, decision ${decision}`,
    logAt: (process) => `docker compose logs ${process}`,
    login: () =>
      `Passwords of the demo's users: ${inContainer} --entrypoint cat zt /stack/users.json. That address is on the stack's own networks, which no browser of this machine is on: orders can be placed without, with ${inContainer} zt order --user alice.`,
  },
};
