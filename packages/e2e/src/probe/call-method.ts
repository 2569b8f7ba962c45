import { Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { decisionIdKey } from '@zt/kit/authz';
import type { X509Source } from '@zt/kit/identity';
import { authorizeSpiffeIds, createMtlsChannelCredentials } from '@zt/kit/mtls';
import type { Job, JobResult } from './job.ts';
import { methods } from './methods.ts';

/** Calls a method with the probe's own SVID and whatever token it was given; of many answers it takes the first. */
export async function callMethod(source: X509Source, job: Extract<Job, { kind: 'call' }>): Promise<JobResult> {
  const method = methods.get(job.method);
  if (method === undefined) throw new Error(`no service has the method ${job.method}`);
  const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(job.server));
  const client = new Client(job.address, credentials);
  const metadata = new Metadata();
  if (job.traceparent !== undefined) metadata.set('traceparent', job.traceparent);
  if (job.token !== null) metadata.set('authorization', `Bearer ${job.token}`);
  // What is left out has the value of an empty message.
  const request = { ...method.requestDeserialize(Buffer.alloc(0)), ...job.request };
  const { path, requestSerialize, responseDeserialize } = method;
  const options = { deadline: Date.now() + 5_000 };
  try {
    return await new Promise((resolve) => {
      const answered = (error: ServiceError | null, response?: unknown): void =>
        resolve(
          error === null
            ? { code: 'OK', message: '', decisionId: null, got: textsOf(response), answer: JSON.stringify(response) }
            : refusal(error),
        );
      if (!method.responseStream) {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, options, answered);
        return;
      }
      const answers = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
      );
      answers.once('data', (response: unknown) => {
        answered(null, response);
        answers.cancel();
      });
      answers.on('error', answered);
    });
  } finally {
    client.close();
  }
}

function refusal(error: ServiceError): JobResult {
  const [decisionId] = error.metadata.get(decisionIdKey);
  return {
    code: status[error.code],
    message: error.details,
    decisionId: decisionId === undefined ? null : String(decisionId),
    got: {},
  };
}

function textsOf(response: unknown): Record<string, string> {
  const entries = Object.entries(response as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
