import type { PolicyBundle } from '@zt/kit/policy-bundle';
import type { ReplayReport } from './replay-report.ts';

export interface PromotionOptions {
  /** Rules that are about to be enforced, by full name of their method. */
  readonly rules: PolicyBundle['rules'];
  /** Callers whose calls may be refused: nobody would miss them. */
  readonly illegitimate: readonly string[];
  /** A method that nobody called says nothing about whom it would refuse; this takes it as it is. */
  readonly unseen: boolean;
}

/** Why the rules must not be enforced yet, in words for people; empty where nothing speaks against it. */
export function promotionFaults(report: ReplayReport, options: PromotionOptions): string[] {
  const { rules, illegitimate, unseen } = options;
  const isLegitimate = ({ caller }: { readonly caller: string }) => !illegitimate.includes(caller);
  const refused = report.flips.filter(({ to }) => to === 'refused').filter(isLegitimate);
  const silent = Object.keys(rules).filter((method) => report.calls[method] === undefined);
  const unknown = report.leftOut.filter(({ why }) => untried.includes(why));
  return [
    ...refused.map(
      ({ caller, method, calls, because, decisionId }) =>
        `${calls} calls of ${caller} to ${method} would be refused: ${because.join(', ')} (such as decision ${decisionId})`,
    ),
    ...report.untold
      .filter(isLegitimate)
      .map(({ caller, method, calls, why }) => `of ${calls} calls of ${caller} to ${method} it can't be told: ${why}`),
    ...unknown.map(({ why, decisions }) => `${decisions} decisions could not be made again: ${why}`),
    ...(unseen ? [] : silent.map((method) => `nobody called ${method.slice(1)} in that time`)),
  ];
}

/** Calls that may be just the ones that would be refused. */
const untried: readonly string[] = ['input not kept', 'policy not found', 'not reproduced'];
