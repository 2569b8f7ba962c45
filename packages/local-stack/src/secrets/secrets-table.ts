import { listing } from '../story/layout.ts';
import { spellSeconds, timeOfDay } from '../story/spell.ts';
import type { Style } from '../story/style.ts';
import type { HeldSecret } from './held-secrets.ts';

/** Who holds what until when, one line each. */
export function secretsTable(secrets: readonly HeldSecret[], now: Date, style: Style): string {
  const head = ['kind', 'holder', 'since', 'until', 'left', 'what'];
  const rows = secrets.map(({ kind, holder, name, since, until }) => [
    kind,
    holder,
    since === null ? '' : timeOfDay(new Date(since), style),
    until === null ? 'replaced' : timeOfDay(new Date(until), style),
    until === null ? '' : leftUntil(until, now, style),
    name,
  ]);
  return listing(head, rows, style);
}

function leftUntil(until: string, now: Date, { colors }: Style): string {
  const seconds = Math.round((Date.parse(until) - now.getTime()) / 1000);
  return seconds > 0 ? spellSeconds(seconds) : colors.red('ended');
}
