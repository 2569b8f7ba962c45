import { createInterface } from 'node:readline';
import { ZeroTrustError } from '@zt/kit/errors';
import type { X509Source } from '@zt/kit/identity';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { callMethod } from './call-method.ts';
import { callOverHttps } from './call-over-https.ts';
import { connectToDatabase } from './connect-to-database.ts';
import { eavesdrop, overhear } from './eavesdrop.ts';
import { getDatabaseLogin } from './get-database-login.ts';
import { type Job, type JobResult, type ProbeInput, probeInput } from './job.ts';
import { fromLine } from './job-line.ts';
import { readSecret } from './read-secret.ts';

let source: X509Source | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  const results = await resultsOf(probeInput.parse(fromLine(line)));
  process.stdout.write(`${JSON.stringify(results)}\n`);
}
process.stdout.write('', () => process.exit());

async function resultsOf({ socket, patienceMs, jobs }: ProbeInput): Promise<JobResult[]> {
  const results: JobResult[] = [];
  try {
    source ??= await createWorkloadX509Source({ socket, log: () => {}, startTimeoutMs: patienceMs });
    for (const job of jobs) results.push(await run(source, job));
    return results;
  } catch (error) {
    if (!(error instanceof ZeroTrustError)) throw error;
    const { reason, message } = error;
    return [
      ...results,
      ...jobs.slice(results.length).map(() => ({ code: reason, message, decisionId: null, got: {} })),
    ];
  }
}

async function run(source: X509Source, job: Job): Promise<JobResult> {
  switch (job.kind) {
    case 'call':
      return await callMethod(source, job);
    case 'https':
      return await callOverHttps(source, job);
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
    case 'eavesdrop':
      return await eavesdrop(source, job);
    case 'overhear':
      return await overhear(job);
    case 'identity': {
      const { svid } = source.current();
      const got = { spiffeId: svid.spiffeId.uri, notAfter: svid.notAfter.toISOString() };
      return { code: 'OK', message: '', decisionId: null, got };
    }
  }
}
