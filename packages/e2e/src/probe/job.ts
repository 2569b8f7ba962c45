import { z } from 'zod';

const call = z.object({
  kind: z.literal('call'),
  /** Full name, such as `/payment.v1.PaymentService/AuthorizePayment`. */
  method: z.string(),
  address: z.string(),
  /** SPIFFE ID that the server has to have. */
  server: z.string(),
  token: z.string().nullable(),
  request: z.record(z.string(), z.unknown()),
  /** W3C Trace Context, by which the records of this call are found. */
  traceparent: z.string().optional(),
});

/** Sends a request to a door for people or third parties, as the workload that the probe runs as: with its SVID at hand. */
const https = z.object({
  kind: z.literal('https'),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});

const exchange = z.object({
  kind: z.literal('exchange'),
  address: z.string(),
  server: z.string(),
  subjectToken: z.string(),
  audience: z.string(),
  scopes: z.array(z.string()),
  traceparent: z.string().optional(),
});

/** Gets a database login from Vault as the workload that the probe runs as, for a role that may be another's. */
const databaseLogin = z.object({
  kind: z.literal('database-login'),
  vaultAddress: z.string(),
  vault: z.string(),
  role: z.string(),
});

/** Connects to Postgres with a given login and the SVID of the workload that the probe runs as. */
const databaseConnect = z.object({
  kind: z.literal('database-connect'),
  address: z.string(),
  database: z.string(),
  user: z.string(),
  password: z.string(),
  tls: z.enum(['own SVID', 'none']),
});

/** Reads a path of Vault's as the workload that the probe runs as. */
const vaultRead = z.object({
  kind: z.literal('vault-read'),
  vaultAddress: z.string(),
  vault: z.string(),
  role: z.string(),
  path: z.string(),
});

/** Listens as the workload that the probe runs as, and reads along what comes; passes it on where it is told to. */
const eavesdrop = z.object({ kind: z.literal('eavesdrop'), passOnTo: z.string().nullable() });

/** Asks what was heard there. */
const overhear = z.object({ kind: z.literal('overhear'), address: z.string() });

const identity = z.object({ kind: z.literal('identity') });

/** What a probe is asked to do. It comes on standard input, because it may hold a token or a password. */
export const job = z.discriminatedUnion('kind', [
  call,
  https,
  exchange,
  databaseLogin,
  databaseConnect,
  vaultRead,
  eavesdrop,
  overhear,
  identity,
]);
export type Job = z.infer<typeof job>;

/** What came of it. */
export const jobResult = z.object({
  /** `OK`, a gRPC status, a Postgres SQLSTATE, an HTTP status or the kit's reason. */
  code: z.string(),
  /** The other side's sentence. */
  message: z.string(),
  decisionId: z.string().nullable(),
  /** What was got: a token, a login. */
  got: z.record(z.string(), z.string()),
  /** The whole answer of a method, as JSON. */
  answer: z.string().optional(),
});
export type JobResult = z.infer<typeof jobResult>;

export const probeInput = z.object({
  socket: z.string(),
  /** How long to wait for an SVID. */
  patienceMs: z.number(),
  jobs: z.array(job),
});
export type ProbeInput = z.infer<typeof probeInput>;
