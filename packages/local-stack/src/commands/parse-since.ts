import { InvalidArgumentError } from 'commander';

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of `30s`, `15m`, `1h` or `7d`. Throws an error for people. */
export function parseSince(value: string): number {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(value) ?? [];
  if (!isUnit(unit)) throw new InvalidArgumentError('a time back from now is wanted, such as 30s, 15m, 1h or 7d');
  return Number(digits) * unitSeconds[unit];
}

function isUnit(unit: string): unit is keyof typeof unitSeconds {
  return Object.hasOwn(unitSeconds, unit);
}
