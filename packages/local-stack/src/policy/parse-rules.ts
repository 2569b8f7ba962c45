import { type AccessGraph, findMethod } from '@zt/access-graph';
import { isObservableReason, type ObservableReason } from '@zt/kit/authz';
import type { PolicyBundle } from '@zt/kit/policy-bundle';
import { z } from 'zod';

const rules = z.record(z.string(), z.strictObject({ observe: z.array(z.string()) }));

/**
 * The rules of a file for people: by method as the graph calls it, such as `order.PlaceOrder`. Throws an error that says
 * what is wrong.
 */
export function parseRules(graph: AccessGraph, text: string): PolicyBundle['rules'] {
  const parsed = rules.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new Error('the file is no list of rules, such as { "order.PlaceOrder": { "observe": ["rate_exceeded"] } }');
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, { observe }]) => [
      findMethod(graph, name).method.fullName,
      { observe: observe.map(reasonOf) },
    ]),
  );
}

function reasonOf(reason: string): ObservableReason {
  if (!isObservableReason(reason)) throw new Error(`nothing is observed as ${reason}`);
  return reason;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
