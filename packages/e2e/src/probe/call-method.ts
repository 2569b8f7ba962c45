import { Client, Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { decisionIdKey } from '@zt/kit/authz';
import type { X509Source } from '@zt/kit/identity';
import { authorizeSpiffeIds, createMtlsChannelCredentials } from '@zt/kit/mtls';
import { AuditServiceService } from '@zt/proto/audit';
import { HealthService } from '@zt/proto/health';
import { TokenExchangeServiceService } from '@zt/proto/identity';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';
import { PaymentServiceService } from '@zt/proto/payment';
import type { Job, JobResult } from './job.ts';

const services = [
  OrderServiceService,
  InventoryServiceService,
  PaymentServiceService,
  TokenExchangeServiceService,
  AuditServiceService,
  HealthService,
];
type Method = MethodDefinition<Readonly<Record<string, unknown>>, unknown>;
const methods = new Map<string, Method>(
  services.flatMap((service) => Object.values(service)).map((method) => [method.path, method as unknown as Method]),
);

/** Calls a unary method with the probe's own SVID and whatever token it was given. */
export async function callMethod(source: X509Source, job: Extract<Job, { kind: 'call' }>): Promise<JobResult> {
  const method = methods.get(job.method);
  if (method === undefined) throw new Error(`no service has the method ${job.method}`);
  const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(job.server));
  const client = new Client(job.address, credentials);
  const metadata = new Metadata();
  if (job.token !== null) metadata.set('authorization', `Bearer ${job.token}`);
  try {
    return await new Promise((resolve) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        // What is left out has the value of an empty message.
        { ...method.requestDeserialize(Buffer.alloc(0)), ...job.request },
        metadata,
        { deadline: Date.now() + 5_000 },
        (error: ServiceError | null, response?: unknown) => {
          if (error === null) resolve({ code: 'OK', message: '', decisionId: null, got: textsOf(response) });
          else {
            const decisionId = error.metadata.get(decisionIdKey)[0];
            resolve({
              code: status[error.code],
              message: error.details,
              decisionId: decisionId === undefined ? null : String(decisionId),
              got: {},
            });
          }
        },
      );
    });
  } finally {
    client.close();
  }
}

function textsOf(response: unknown): Record<string, string> {
  const entries = Object.entries(response as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
