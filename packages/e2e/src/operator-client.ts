import { Client } from 'pg';
import type { StackDescription } from './stack-description.ts';

/** Where the operating user reaches Postgres: the Unix socket, as superuser, without a password. */
export interface OperatorAccess {
  readonly socketDirectory: string;
  readonly port: number;
}

/** Lends a superuser session, and closes it. */
export async function withOperatorClient<Result>(
  access: OperatorAccess,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    host: access.socketDirectory,
    port: access.port,
    user: 'postgres',
    database,
    // None is needed; without this pg would look for one in the operator's own ~/.pgpass.
    password: '',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    application_name: 'zt',
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

/** Where that is in a running stack. */
export function operatorAccessOf({
  socketDirectory,
  addresses,
}: Pick<StackDescription, 'socketDirectory' | 'addresses'>): OperatorAccess {
  return { socketDirectory, port: Number(addresses.postgres.split(':').at(-1)) };
}
