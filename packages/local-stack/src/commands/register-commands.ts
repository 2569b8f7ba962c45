import type { Command } from 'commander';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerDown } from './down.ts';
import { registerFault } from './fault.ts';
import { registerLedger } from './ledger.ts';
import { registerLogin, registerLogout } from './login.ts';
import { registerLogs } from './logs.ts';
import { registerOrder } from './order.ts';
import { registerRollCa } from './roll-ca.ts';
import { registerRotateApiKey } from './rotate-api-key.ts';
import { registerSecrets } from './secrets.ts';
import { registerStatus } from './status.ts';
import { registerSupervise } from './supervise.ts';
import { registerTools } from './tools.ts';
import { registerTrace } from './trace.ts';
import { registerUnseal } from './unseal.ts';
import { registerUp } from './up.ts';
import { registerUsers } from './users.ts';

/** Every verb of the command line registers itself; this is the list of them. */
export function registerCommands(program: Command): void {
  registerUp(program);
  registerDown(program);
  registerStatus(program);
  registerLogs(program);
  registerLogin(program);
  registerLogout(program);
  registerOrder(program);
  registerTrace(program);
  registerLedger(program);
  registerUsers(program);
  registerSecrets(program);
  registerDoctor(program);
  registerUnseal(program);
  registerFault(program);
  registerDemo(program);
  registerRollCa(program);
  registerRotateApiKey(program);
  registerTools(program);
  registerSupervise(program);
}
