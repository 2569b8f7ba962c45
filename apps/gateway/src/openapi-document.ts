import { z } from 'zod';
import { type Operation, operations, refusalsOfAll } from './operations.ts';
import { health, namedSchemas, problem } from './shop-schemas.ts';

export interface OpenApiOptions {
  readonly issuer: string;
  /** What a token has to carry for a method such as `/gateway/PlaceOrder`. */
  readonly scopesOf: (method: string) => readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: object;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The OpenAPI 3.1 document, made from the schemas that requests are checked with. */
export function createOpenApiDocument({ issuer, scopesOf }: OpenApiOptions): object {
  const paths: Record<string, Record<string, object>> = {
    '/healthz': { get: openOperation('getHealth', 'Ask whether the gateway is up.', ref(nameOf(health))) },
    '/openapi.json': { get: openOperation('getOpenApiDocument', 'Read this document.', { type: 'object' }) },
  };
  for (const [id, operation] of Object.entries(operations) as [string, Operation][]) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: pathItemOf(id, operation, scopesOf(`/gateway/${operation.name}`)),
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Shop',
      version: '1.0.0',
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas(),
      headers,
      securitySchemes: {
        user: {
          type: 'openIdConnect',
          openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
          description: 'An access token of the user, as Authorization: Bearer (RFC 6750).',
        },
      },
    },
  };
}

const introduction = [
  'Whatever goes wrong is answered as a problem (RFC 9457). A request that is refused because of who asks keeps the id of',
  'the decision, which the operator can look up. Before any of this a connection may be answered with 400, 408 or 431 where',
  'it does not speak HTTP, takes too long to do so, or sends more than 16 KiB of headers. HEAD is answered wherever GET is;',
  'OPTIONS names the methods of an address, and another method is answered with 405.',
].join(' ');

function openOperation(operationId: string, summary: string, schema: object): object {
  return {
    operationId,
    summary,
    security: [],
    responses: {
      200: { description: 'The answer.', headers: headersOf(200), content: { 'application/json': { schema } } },
      ...Object.fromEntries(refusalsOfAll.map((status) => [status, refusal(status)])),
    },
  };
}

function pathItemOf(operationId: string, operation: Operation, scopes: readonly string[]): object {
  const { summary, input, answer, refusals } = operation;
  const parameters = [
    ...parametersOf('path', input.path),
    ...parametersOf('query', input.query),
    ...parametersOf('header', input.header),
  ];
  const content = { 'application/json': { schema: ref(nameOf(answer.body)) } };
  return {
    operationId,
    summary,
    security: [{ user: scopes }],
    parameters,
    ...(input.body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: ref(nameOf(input.body)) } } } }),
    responses: {
      [answer.status]: { description: answer.description, headers: headersOf(answer.status, true), content },
      ...Object.fromEntries(refusals.map((status) => [status, refusal(status, true)])),
    },
  };
}

function refusal(status: number, decided = false): object {
  return {
    description: refusalTexts[status],
    headers: headersOf(status, decided),
    content: { 'application/problem+json': { schema: ref(nameOf(problem)) } },
  };
}

const refusalTexts: Readonly<Record<number, string>> = {
  400: 'The request is not as this document says; `errors` names each place.',
  401: 'The token is missing, has expired or cannot be verified.',
  403: 'The user may not do this.',
  404: 'There is nothing of this name that the user may see.',
  408: 'The body did not arrive in time.',
  409: 'The idempotency key was used for something else, or the state of the order does not allow it.',
  413: 'The body is larger than 64 KiB.',
  414: 'The address is longer than 2 KiB.',
  415: 'The body is not JSON in UTF-8.',
  429: 'There were too many requests; Retry-After says when to ask again.',
  500: 'The service failed.',
  503: 'The service cannot answer at the moment. The same request may be sent again, with the same key.',
  504: 'There was no answer in time. The same request may be sent again, with the same key.',
};

const headers = {
  'RateLimit-Policy': {
    description: 'The limits that hold: q requests in w seconds (draft-ietf-httpapi-ratelimit-headers).',
    required: true,
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'What is left of them: r requests for t more seconds.',
    required: true,
    schema: { type: 'string' },
  },
  traceparent: { description: 'W3C Trace Context of this request.', required: true, schema: { type: 'string' } },
  'X-Decision-Id': {
    description: 'What to ask the operator about; missing where nothing was decided.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'string', pattern: '^[0-9]+$' } },
  'WWW-Authenticate': { description: 'RFC 6750.', required: true, schema: { type: 'string', pattern: '^Bearer' } },
  Location: { description: 'Where the order is.', required: true, schema: { type: 'string', format: 'uri-reference' } },
} as const;

function headersOf(status: number, decided = false): Record<string, object> {
  const own: Partial<Record<number, keyof typeof headers>> = {
    201: 'Location',
    401: 'WWW-Authenticate',
    429: 'Retry-After',
    503: 'Retry-After',
  };
  const always = ['RateLimit-Policy', 'RateLimit', 'traceparent', ...(decided ? ['X-Decision-Id'] : [])];
  const names = [...always, ...(own[status] === undefined ? [] : [own[status]])];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function parametersOf(place: Parameter['in'], fields: z.ZodObject): Parameter[] {
  return Object.entries(fields.shape).map(([name, field]) => {
    const { $schema: _, description, ...schema } = z.toJSONSchema(field as z.ZodType, { io: 'output' });
    const required = !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: place, required, ...(description === undefined ? {} : { description }), schema };
  });
}

function nameOf(schema: z.ZodType): string {
  const name = Object.entries(namedSchemas).find(([, named]) => named === schema)?.[0];
  if (name === undefined) throw new TypeError('a schema has no name in the document');
  return name;
}

function schemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      // What `format` says already.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(Object.entries(made).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]));
}
