import type { StackKind } from '@zt/e2e/stack-kind';
import { spellWorkload } from '../story/spell.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** An SVID is replaced at half its life: one with less than that left was not. */
const lateShare = 1 / 3;

/** Certificates that have ended, or that should have been replaced by now. */
export function checkSvids({
  kind,
  status,
  record,
  now,
  command,
}: Pick<RunningExaminedStack, 'status' | 'record' | 'now' | 'command'> & { readonly kind: StackKind }): Finding[] {
  const provider = identityProviders[kind];

  const late = status.processes
    .flatMap(({ svids }) => svids)
    .map(({ spiffeId, notAfter }) => ({ spiffeId, notAfter, left: (Date.parse(notAfter) - now.getTime()) / 1000 }))
    .filter(({ left }) => left < record.settings.svidTtlSeconds * lateShare)
    .toSorted((a, b) => a.left - b.left);
  const todo = `see whether ${provider.name} is well, and why it gave no others: ${command(`logs ${provider.process}`)}`;
  const ended = late.filter(({ left }) => left <= 0);
  const ending = late.filter(({ left }) => left > 0);
  const [first] = ended;
  return [
    ...(first === undefined
      ? []
      : [
          {
            subject: namesOf(ended),
            what: 'had a certificate until then, and has no other: nobody accepts it, and it accepts nobody',
            since: first.notAfter,
            todo,
          },
        ]),
    ...ending.map(({ spiffeId, left }) => ({
      subject: spellWorkload(spiffeId, { verbose: false }),
      what: `has ${Math.round(left)} s left of its certificate, and should have had another by now`,
      since: null,
      todo,
    })),
  ];
}

function namesOf(svids: readonly { readonly spiffeId: string }[]): string {
  return svids.map(({ spiffeId }) => spellWorkload(spiffeId, { verbose: false })).join(', ');
}
