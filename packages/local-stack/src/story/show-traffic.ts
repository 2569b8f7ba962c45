import { databaseLogins, type ServiceRotations, svidRotations } from '@zt/e2e/ledger';
import type { TrafficCount } from '@zt/e2e/shop';
import { figures, paragraph } from './layout.ts';
import { spellWorkload } from './spell.ts';
import type { Style } from './style.ts';

export interface TrafficReport {
  readonly seconds: number;
  readonly count: TrafficCount;
  readonly services: readonly ServiceRotations[];
}

/** One line for how it goes, short enough for any terminal. */
export function showProgress({ seconds, count, services }: TrafficReport, { colors }: Style): string {
  const failed = `failed ${count.failed}`;
  return [
    `${String(Math.round(seconds)).padStart(5)} s`,
    `placed ${count.placed}`,
    count.failed === 0 ? failed : colors.red(failed),
    `SVID rotations ${svidRotations(services)}`,
    `database logins ${databaseLogins(services)}`,
  ].join('   ');
}

/** The sums at the end, and the certificates and logins that each service had. */
export function showTraffic({ seconds, count, services }: TrafficReport, style: Style): string[] {
  const { colors } = style;
  const { placed, failed, failures } = count;
  const rows = services.map(({ service, svids, logins }) => [
    spellWorkload(service, style),
    String(svids),
    String(Math.max(0, svids - 1)),
    logins === 0 ? '–' : String(logins),
  ]);
  const total = `${placed} orders placed, ${failed} failed in ${Math.round(seconds)} s`;
  const verdict = failed === 0 && placed > 0 ? colors.green(`✔ ${total}`) : colors.red(`✖ ${total}`);
  const rotated = `${svidRotations(services)} SVID rotations, ${databaseLogins(services)} database logins`;
  return [
    '',
    ...figures(['service', 'SVIDs', 'rotations', 'database logins'], rows, style),
    '',
    ...paragraph(`${verdict}: ${rotated}.`),
    ...failures.flatMap((failure) => paragraph(colors.red(failure))),
  ];
}
