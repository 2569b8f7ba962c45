import type { X509Source } from '@zt/kit/identity';
import { tlsSettingsOf } from '@zt/kit/mtls';
import { Agent } from 'undici';
import { sendRequest } from '../shop/send-request.ts';
import type { Job, JobResult } from './job.ts';

/** Sends a request to a door that asks for no certificate, and would show the probe's own SVID where it did. */
export async function callOverHttps(source: X509Source, job: Extract<Job, { kind: 'https' }>): Promise<JobResult> {
  const dispatcher = new Agent({ connect: tlsSettingsOf(source.current()) });
  try {
    return await sendRequest(dispatcher, job);
  } finally {
    await dispatcher.close();
  }
}
