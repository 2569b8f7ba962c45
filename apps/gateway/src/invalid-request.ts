import type { z } from 'zod';

/** One thing that is wrong with a request, and where. Nothing that was sent is repeated. */
export interface Fault {
  /** JSON Pointer as the fragment of a URI (RFC 6901, section 6). */
  readonly pointer?: string;
  /** A part of the path or the query. */
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

export type Place = 'body' | 'path' | 'query' | 'header';

/** The request is not what the OpenAPI document says. The message is for people, the faults for programs. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(`The request is not valid: ${faults.map(inWords).join('; ')}.`);
    this.faults = faults;
  }
}

const mostFaults = 10;

/** The faults of one part of a request. Parsed with `reportInput`, which tells a missing value from a wrong one. */
export function faultsOf(place: Place, issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.slice(0, mostFaults).map((issue) => faultAt(place, issue.path, detailOf(issue)));
}

export function faultAt(place: Place, path: readonly PropertyKey[], detail: string): Fault {
  const name = String(path[0] ?? place);
  switch (place) {
    case 'body':
      return { pointer: `#${path.map((step) => `/${encodeURIComponent(escaped(String(step)))}`).join('')}`, detail };
    case 'path':
    case 'query':
      return { parameter: name, detail };
    case 'header':
      return { header: name, detail };
  }
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function inWords({ pointer, parameter, header, detail }: Fault): string {
  const name = pointer === '#' ? 'the body' : (pointer?.slice(2).replaceAll('/', '.') ?? parameter ?? header);
  return `${name} ${detail}`;
}

function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `has to be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `has to be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `has to ${bound(issue.origin)} at least ${amountOf(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `has to ${bound(issue.origin)} at most ${amountOf(issue.maximum, issue.origin)}`;
    default:
      // Every other check in `shop-schemas.ts` says in its own words what it asks for.
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a whole number',
  object: 'an object',
  string: 'text',
};

function bound(origin: string): 'be' | 'have' {
  return origin === 'array' || origin === 'string' ? 'have' : 'be';
}

function amountOf(count: number | bigint, origin: string): string {
  if (origin === 'array') return count === 1 ? '1 entry' : `${count} entries`;
  return origin === 'string' ? `${count} characters` : String(count);
}
