import type { Ground, Trial } from './trouble-trial.ts';

/** Longer than an SVID lives on the demo's settings, and than it takes to see what comes then. */
const longerThanSvidMs = 100_000;
const leftOfSvidMs = 3_000;

const agent: readonly Trial[] = [
  {
    id: 'trouble/agent-gone',
    title: "SPIRE's agent is gone: certificates in hand serve until they end, and then nothing is accepted",
    fail: ({ control }: Ground) => control.hold('spire-agent'),
    mend: ({ control }: Ground) => control.release('spire-agent'),
  },
  {
    id: 'trouble/agent-hangs',
    title: "SPIRE's agent answers nothing any more: the same",
    fail: ({ signal }: Ground) => signal('spire-agent', 'SIGSTOP'),
    mend: ({ signal }: Ground) => signal('spire-agent', 'SIGCONT'),
  },
].map((trial) => ({
  ...trial,
  part: 'spire-agent',
  expected: { code: 'CERT_HAS_EXPIRED', reasons: [] },
  longestMs: longerThanSvidMs,
  unnoticedMs: leftOfSvidMs,
}));

const unseen: readonly Trial[] = [
  {
    id: 'trouble/spire-server-gone',
    title: "SPIRE's server is gone for a while: the agent goes on with what it has",
    part: 'spire-server',
    fail: ({ control }: Ground) => control.hold('spire-server'),
    mend: ({ control }: Ground) => control.release('spire-server'),
  },
  {
    id: 'trouble/trust-updater-gone',
    title: 'Who keeps the certificates of Postgres and Vault is gone for a while: they go on with what they have',
    part: 'trust-updater',
    fail: ({ control }: Ground) => control.hold('trust-updater'),
    mend: ({ control }: Ground) => control.release('trust-updater'),
  },
].map((trial) => ({ ...trial, expected: { code: 'OK', reasons: [] }, longestMs: 10_000 }));

/** SPIRE and what carries its certificates on. */
export const troublesOfIdentities: readonly Trial[] = [...agent, ...unseen];
