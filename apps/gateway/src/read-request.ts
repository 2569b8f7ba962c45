import { parseUniqueJson } from '@zt/kit/delegation';
import type { Context } from 'hono';
import type { z } from 'zod';
import { type Fault, faultAt, faultsOf, InvalidRequest, type Place } from './invalid-request.ts';
import type { InputOf, Operation } from './operations.ts';

/** Reads a request that was allowed. Throws an `InvalidRequest` that names everything that is wrong with it. */
export async function readRequest<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Header extends z.ZodObject,
  Body extends z.ZodType | null,
>(
  { input }: Operation<Path, Query, Header, Body>,
  context: Context,
  readBody: () => Promise<ArrayBuffer>,
): Promise<InputOf<Path, Query, Header, Body>> {
  const faults: Fault[] = [];

  function read(place: Place, schema: z.ZodType, value: unknown): unknown {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    faults.push(...faultsOf(place, result.error.issues));
    return undefined;
  }

  function readJson(schema: z.ZodType, bytes: ArrayBuffer): unknown {
    const json = parseJson(bytes);
    if ('fault' in json) faults.push(faultAt('body', [], json.fault));
    return 'fault' in json ? undefined : read('body', schema, json.value);
  }

  const headers = Object.keys(input.header.shape).map((name) => [name, context.req.header(name)]);
  const found = {
    path: read('path', input.path, context.req.param()),
    query: read('query', input.query, queryOf(context)),
    header: read('header', input.header, Object.fromEntries(headers)),
    body: input.body === null ? null : readJson(input.body, await readBody()),
  };
  if (faults.length > 0) throw new InvalidRequest(faults);
  return found as InputOf<Path, Query, Header, Body>;
}

/** What stands once is text; what stands twice is a list, which is never right. */
function queryOf(context: Context): Record<string, string | string[]> {
  const values = Object.entries(context.req.queries());
  return Object.fromEntries(
    values.map(([name, [first = '', ...more]]) => [name, more.length === 0 ? first : [first, ...more]]),
  );
}

/** RFC 8259, in UTF-8, and each name once: two readers of the same text must not read two things. */
function parseJson(bytes: ArrayBuffer): { readonly value: unknown } | { readonly fault: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value: parseUniqueJson(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: 'has to be JSON' };
    return { fault: 'has to be a JSON object in UTF-8 that has each name once' };
  }
}
