import { withOperatorClient } from '@zt/e2e/operator-client';
import { messageOf } from '../error-message.ts';
import type { StackPorts } from '../stack-context.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** How its operator reaches it. */
export interface PostgresOfStack extends Pick<RunningExaminedStack, 'record' | 'command'> {
  readonly ports: Pick<StackPorts, 'postgres'>;
}

interface Sessions {
  readonly used: number;
  readonly most: number;
}

/** From this share of its sessions on Postgres is about to refuse the next. */
const fullShare = 0.9;

/** Whether Postgres answers, and has room for more sessions. */
export async function checkPostgres({ record, ports, command }: PostgresOfStack): Promise<Finding[]> {
  const todo = `look at why: ${command('logs postgres')}`;
  try {
    const access = { socketDirectory: record.socketDirectory, port: ports.postgres };
    const { used, most } = await withOperatorClient(access, 'postgres', async (client) => {
      const { rows } = await client.query<Sessions>(
        `select count(*)::int as used, current_setting('max_connections')::int as most
         from pg_stat_activity where backend_type = 'client backend'`,
      );
      return rows[0] ?? { used: 0, most: 1 };
    });
    if (used < most * fullShare) return [];
    const what = `has ${used} of at most ${most} sessions: it is about to refuse more`;
    return [{ subject: 'postgres', what, since: null, todo }];
  } catch (error) {
    const what = `does not answer (${messageOf(error)})`;
    return [{ subject: 'postgres', what, since: null, todo }];
  }
}
