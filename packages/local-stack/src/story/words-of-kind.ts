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
}

const trust =
  'None of them trusts another because of where it runs: each call proves which workload calls, on whose behalf, and why it is allowed.';
const notAsked = 'An identity is not asked for with a password:';

export const nativeDemo = 'npx -y pnpm@12 demo --stack native';

export const wordsOfKind: Readonly<Record<StackKind, WordsOfKind>> = {
  embedded: {
    beginning: `Six services run on this machine, with Postgres. In the place of SPIRE and Vault are two servers for development and tests that speak their APIs; the services are the same, and ${nativeDemo} shows them with SPIRE and Vault themselves. ${trust}`,
    unregistered: `${notAsked} here each workload has a socket of its own, and at this one nobody is registered. SPIRE looks at the process.`,
    replacing: 'Meanwhile the certificates are replaced, and the database logins',
    native: nativeDemo,
  },
  native: {
    beginning: `Six services run on this machine, with SPIRE, Vault and Postgres. ${trust}`,
    unregistered: `${notAsked} SPIRE looks at the process, and this one is not registered.`,
    replacing: 'Meanwhile SPIRE replaces the certificates and Vault the database logins',
    native: '',
  },
  compose: {
    beginning: `Six services run in containers, with SPIRE, Vault and Postgres in others. ${trust}`,
    unregistered: `${notAsked} SPIRE looks at the label of the container, and this one has none that is registered.`,
    replacing: 'Meanwhile SPIRE replaces the certificates and Vault the database logins',
    native: '',
  },
};
