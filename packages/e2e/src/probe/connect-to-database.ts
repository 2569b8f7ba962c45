import type { X509Source } from '@zt/kit/identity';
import { tlsSettingsOf } from '@zt/kit/mtls';
import { Client, DatabaseError } from 'pg';
import type { Job, JobResult } from './job.ts';

const connectMs = 5_000;

/** Connects as an attacker would who has a login: with the probe's own certificate, or without TLS. */
export async function connectToDatabase(
  source: X509Source,
  job: Extract<Job, { kind: 'database-connect' }>,
): Promise<JobResult> {
  const [host, port] = job.address.split(':');
  const { ca, cert, key } = tlsSettingsOf(source.current());
  // Whether the server has the name by which it was reached is not this attacker's worry.
  const ssl = job.tls === 'none' ? false : { ca, cert, key, checkServerIdentity: () => undefined };
  const client = new Client({
    host,
    port: Number(port),
    database: job.database,
    user: job.user,
    password: job.password,
    ssl,
    connectionTimeoutMillis: connectMs,
  });
  try {
    await client.connect();
    const { rows } = await client.query('select current_user as name');
    return { code: 'OK', message: '', decisionId: null, got: { name: String(rows[0]?.name) } };
  } catch (error) {
    const code = error instanceof DatabaseError ? (error.code ?? 'no code') : 'no answer';
    return { code, message: error instanceof Error ? error.message : 'unknown', decisionId: null, got: {} };
  } finally {
    await client.end().catch(() => {});
  }
}
