import { Client } from 'pg';
import type { StackDescription } from '../stack-description.ts';

/** Lends a session on one service's database as the stack's operator: over the Unix socket, as superuser. */
export async function withOperatorSql<Result>(
  stack: Pick<StackDescription, 'socketDirectory' | 'addresses'>,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const port = Number(stack.addresses.postgres.split(':').at(-1));
  const client = new Client({
    host: stack.socketDirectory,
    port,
    user: 'postgres',
    database,
    // None is needed; without this pg would look for one in the operator's own ~/.pgpass.
    password: '',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    application_name: 'endurance',
  });
  // An error on an idle session would end the process; the next query says it anyway.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
