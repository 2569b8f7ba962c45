import { createHash } from 'node:crypto';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { factLimits } from '../limits.ts';
import type { Authorizer, MethodRule, PolicyDecision, PolicyInput } from './authorizer.ts';
import type { OnBehalfOf, PolicyData, PolicyMethod, PolicyReason } from './policy-data.ts';
import { isPolicyReason } from './policy-reasons.ts';

const entrypoint = 'zt/authz/decision';

const policyFailed: PolicyDecision = Object.freeze({
  allow: false,
  reasons: Object.freeze(['policy_failed'] as const),
  observed: Object.freeze([]),
  rule: 'default',
});

export interface OpaAuthorizerOptions {
  /** Rego compiled for the entry point `zt/authz/decision`. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Copied whole: a later change to the object changes nothing here. */
  readonly data: PolicyData;
}

/**
 * Runs an OPA policy in this process. A decision takes some tens of microseconds and blocks. Rejects where the module
 * cannot be loaded or lacks the entry point, so that a server with a broken policy does not start.
 */
export async function createOpaAuthorizer(options: OpaAuthorizerOptions): Promise<Authorizer> {
  const wasm = new Uint8Array(options.wasm);
  const dataText = canonicalJson(options.data);
  const data: PolicyData = JSON.parse(dataText);
  const policy = await loadPolicy(wasm);
  const entrypoints: object = policy.entrypoints;
  if (!Object.hasOwn(entrypoints, entrypoint)) throw new TypeError(`the policy has no entry point ${entrypoint}`);
  policy.setData(data);
  const rules = new Map(Object.entries(data.graph.methods).map(([method, rule]) => [method, ruleOf(rule)]));

  function evaluate(input: PolicyInput): PolicyDecision {
    const bytes = new TextEncoder().encode(JSON.stringify(input));
    if (bytes.length > factLimits.policyInputBytes) return policyFailed;
    return parseAnswer(policy.evaluate(bytes.buffer, entrypoint)) ?? policyFailed;
  }

  return Object.freeze({
    revision: revisionOf(wasm, dataText),
    ruleFor: (method: string) => rules.get(method),
    decide(input: PolicyInput): PolicyDecision {
      try {
        return evaluate(input);
      } catch {
        return policyFailed;
      }
    },
  });
}

const knownBehalves: readonly OnBehalfOf[] = ['user', 'workload', 'user or workload', 'third party', 'nobody'];

const knownRecords: readonly MethodRule['record'][] = ['written', 'refusals'];

/** What is written in no known way is read as the strictest there is. */
function ruleOf(method: PolicyMethod): MethodRule {
  const { callers } = method;
  return Object.freeze({
    onBehalfOf: knownBehalves.find((known) => known === method.on_behalf_of) ?? 'user',
    thirdParty: isObject(callers) && 'third_party' in callers ? callers.third_party : null,
    rateLimit: method.rate_limit ?? null,
    distinctUsers: method.distinct_users ?? null,
    record: knownRecords.find((known) => known === method.record) ?? 'synced',
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Reads what OPA gives back: one result whose parts agree with each other, or undefined. */
function parseAnswer(answer: unknown): PolicyDecision | undefined {
  if (!Array.isArray(answer) || answer.length !== 1) return undefined;
  const result: unknown = answer[0]?.result;
  if (typeof result !== 'object' || result === null) return undefined;
  const { allow, reasons, observed, rule } = result as Readonly<Record<string, unknown>>;
  if (typeof allow !== 'boolean' || typeof rule !== 'string') return undefined;
  if (!isReasonList(reasons) || !isReasonList(observed)) return undefined;
  if (allow !== (reasons.length === 0)) return undefined;
  return Object.freeze({ allow, reasons: Object.freeze(reasons), observed: Object.freeze(observed), rule });
}

function isReasonList(value: unknown): value is PolicyReason[] {
  return Array.isArray(value) && value.every((reason) => isPolicyReason(reason));
}

function revisionOf(wasm: Uint8Array, dataText: string): string {
  const digests = [wasm, dataText].map((part) => createHash('sha256').update(part).digest('hex'));
  return createHash('sha256').update(digests.join()).digest('hex').slice(0, 12);
}

/** The same text for the same data, whatever the order of its keys. */
function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)))
      : value,
  );
}
