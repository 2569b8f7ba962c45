import type { GraphMethod } from './graph.ts';
import type { HoursSource, RateLimitSource, UserLimitSource } from './graph-source.ts';

/** `from 10,000.00 on for the role finance only`, in whatever currency the request has. */
export function limitInWords({ minorUnits, role }: NonNullable<GraphMethod['amountLimit']>): string {
  const amount = (minorUnits / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 });
  return `from ${amount} on for the role ${role} only`;
}

export function rateInWords({ calls, seconds }: RateLimitSource): string {
  return `${calls} calls in ${seconds} s, for each user of each caller`;
}

export function usersInWords({ users, seconds }: UserLimitSource): string {
  return `${users} users in ${seconds} s, for each caller`;
}

export function hoursInWords({ from, until }: HoursSource): string {
  return `from ${from} until ${until} UTC`;
}
