import { text } from 'node:stream/consumers';
import { ZeroTrustError } from '@zt/kit/errors';
import type { X509Source } from '@zt/kit/identity';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { callMethod } from './call-method.ts';
import { connectToDatabase } from './connect-to-database.ts';
import { getDatabaseLogin } from './get-database-login.ts';
import { type Job, type JobResult, probeInput } from './job.ts';
import { readSecret } from './read-secret.ts';

const { socket, patienceMs, jobs } = probeInput.parse(JSON.parse(await text(process.stdin), reviveBytes));
const results: JobResult[] = [];
try {
  const source = await createWorkloadX509Source({ socket, log: () => {}, startTimeoutMs: patienceMs });
  for (const job of jobs) results.push(await run(source, job));
  source.close();
} catch (error) {
  if (!(error instanceof ZeroTrustError)) throw error;
  for (const _job of jobs) results.push({ code: error.reason, message: error.message, decisionId: null, got: {} });
}
process.stdout.write(JSON.stringify(results), () => process.exit());

async function run(source: X509Source, job: Job): Promise<JobResult> {
  switch (job.kind) {
    case 'call':
      return await callMethod(source, job);
    case 'exchange':
      return await callMethod(source, {
        ...job,
        kind: 'call',
        method: '/identity.v1.TokenExchangeService/ExchangeToken',
        token: null,
        request: { subjectToken: job.subjectToken, audience: job.audience, scopes: job.scopes },
      });
    case 'database-login':
      return await getDatabaseLogin(source, job);
    case 'database-connect':
      return await connectToDatabase(source, job);
    case 'vault-read':
      return await readSecret(source, job);
    case 'identity': {
      const { svid } = source.current();
      const got = { spiffeId: svid.spiffeId.uri, notAfter: svid.notAfter.toISOString() };
      return { code: 'OK', message: '', decisionId: null, got };
    }
  }
}

/** Bytes, which JSON has as `{"type":"Buffer","data":[…]}`. */
function reviveBytes(_key: string, value: { readonly type?: unknown; readonly data?: unknown } | null): unknown {
  return value?.type === 'Buffer' && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}
