import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withOperatorClient } from '@zt/e2e/operator-client';
import { svidFiles } from '../sidecar/svid-files.ts';
import type { PostgresOfStack } from './check-postgres.ts';
import { vaultClient } from './check-vault.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const toleranceMs = 5_000;

/** The time by one clock, when this one showed another. */
export interface ClockReading {
  readonly subject: string;
  readonly time: Date;
  readonly here: Date;
}

/** Whether this machine's clock agrees with Vault's, Postgres's and what signs certificates. A clock that can't be read is left out. */
export async function checkClock(stack: RunningExaminedStack): Promise<Finding[]> {
  const readings = await Promise.all([vaultTime(stack), postgresTime(stack)].map((time) => time.catch(() => null)));
  const certificate = await readFile(svidFiles(join(stack.stateDirectory, 'svid/postgres')).certificateFile).catch(
    () => null,
  );
  return [
    ...readings.filter((reading) => reading !== null).flatMap(clockFinding),
    ...(certificate === null ? [] : signedInFuture(new X509Certificate(certificate), new Date())),
  ];
}

export function clockFinding({ subject, time, here }: ClockReading): Finding[] {
  const ahead = time.getTime() - here.getTime();
  if (Math.abs(ahead) <= toleranceMs) return [];
  const seconds = Math.round(Math.abs(ahead) / 1000);
  const what = `shows a time ${seconds} s ${ahead > 0 ? 'after' : 'before'} this machine's`;
  return [
    {
      subject,
      what,
      since: null,
      todo: 'set the clocks: certificates and tokens are refused before and after their time',
    },
  ];
}

/** A certificate that is not valid yet was signed before the clock stepped back. */
export function signedInFuture({ validFromDate }: Pick<X509Certificate, 'validFromDate'>, now: Date): Finding[] {
  const seconds = Math.round((validFromDate.getTime() - now.getTime()) / 1000);
  if (seconds * 1000 <= toleranceMs) return [];
  return [
    {
      subject: 'clock',
      what: `is ${seconds} s behind the time at which certificates were signed: certificates in use are not valid yet`,
      since: null,
      todo: 'set the clock; where it is right now, the next certificates put it right within their life',
    },
  ];
}

async function vaultTime(stack: RunningExaminedStack): Promise<ClockReading> {
  const { server_time_utc: seconds } = (await vaultClient(stack).read('sys/health')) as { server_time_utc?: number };
  if (typeof seconds !== 'number') throw new TypeError('Vault does not say what time it is');
  return { subject: 'vault', time: new Date(seconds * 1000), here: new Date() };
}

export async function postgresTime({ record, ports }: Omit<PostgresOfStack, 'command'>): Promise<ClockReading> {
  const access = { socketDirectory: record.socketDirectory, port: ports.postgres };
  return await withOperatorClient(access, 'postgres', async (client) => {
    const { rows } = await client.query<{ time: Date }>('select clock_timestamp() as time');
    return { subject: 'postgres', time: rows[0]?.time ?? new Date(), here: new Date() };
  });
}
