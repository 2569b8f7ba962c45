import { enclosingStack } from '@zt/e2e/enclosing-stack';
import type { Command } from 'commander';
import { registerElsewhere, verbsElsewhere } from './elsewhere.ts';

type Register = (program: Command) => void;

/** Every verb of the command line, in the order of the help, and where to get what registers it. */
const allVerbs: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./up.ts')).registerUp,
  down: async () => (await import('./down.ts')).registerDown,
  status: async () => (await import('./status.ts')).registerStatus,
  logs: async () => (await import('./logs.ts')).registerLogs,
  login: async () => (await import('./login.ts')).registerLogin,
  logout: async () => (await import('./login.ts')).registerLogout,
  order: async () => (await import('./order.ts')).registerOrder,
  call: async () => (await import('./call.ts')).registerCall,
  trace: async () => (await import('./trace.ts')).registerTrace,
  ledger: async () => (await import('./ledger.ts')).registerLedger,
  users: async () => (await import('./users.ts')).registerUsers,
  quarantine: async () => (await import('./quarantine.ts')).registerQuarantine,
  release: async () => (await import('./quarantine.ts')).registerRelease,
  secrets: async () => (await import('./secrets.ts')).registerSecrets,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  unseal: async () => (await import('./unseal.ts')).registerUnseal,
  fault: async () => (await import('./fault.ts')).registerFault,
  demo: async () => (await import('./demo.ts')).registerDemo,
  'roll-ca': async () => (await import('./roll-ca.ts')).registerRollCa,
  'rotate-api-key': async () => (await import('./rotate-api-key.ts')).registerRotateApiKey,
  graph: async () => (await import('./graph.ts')).registerGraph,
  policy: async () => (await import('./policy.ts')).registerPolicy,
  new: async () => (await import('./new-service.ts')).registerNewService,
  tools: async () => (await import('./tools.ts')).registerTools,
  supervise: async () => (await import('./supervise.ts')).registerSupervise,
  compose: async () => (await import('./compose.ts')).registerCompose,
};

/** The same in a container, which can act on the stack that it is part of and cannot start or end it. */
function verbsHere(): typeof allVerbs {
  if (enclosingStack() === null) return allVerbs;
  return {
    ...allVerbs,
    ...Object.fromEntries(verbsElsewhere.map((verb) => [verb, async () => registerElsewhere(verb)])),
  };
}

/**
 * Gives what registers the verb that is asked for, or all verbs where it is none of them. What the others are made of is not
 * even loaded: a verb starts in a fraction of the time, and a supervisor keeps nothing in memory that it does not use.
 */
export async function loadCommands(verb?: string): Promise<Register> {
  const verbs = verbsHere();
  const load = verb === undefined || !Object.hasOwn(verbs, verb) ? undefined : verbs[verb];
  const registers = await Promise.all((load === undefined ? Object.values(verbs) : [load]).map((each) => each()));
  return (program) => {
    for (const register of registers) register(program);
  };
}
