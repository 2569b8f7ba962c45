import type { StackKind } from '@zt/e2e/stack-kind';
import { wordsOfKind } from './words-of-kind.ts';

/** An id of `@zt/e2e/attempts` and what it teaches. */
export interface StoryRefusal {
  readonly id: string;
  readonly lesson: string;
}

/** The refusals of the story, in the order of the controls that they meet. */
export function storyRefusals(kind: StackKind): readonly StoryRefusal[] {
  return [{ id: 'identity/unknown-process', lesson: wordsOfKind[kind].unregistered }, ...onEveryKind];
}

const onEveryKind: readonly StoryRefusal[] = [
  {
    id: 'handshake/no-certificate',
    lesson: 'To reach the port is worth nothing: without a certificate there is no connection.',
  },
  {
    id: 'handshake/other-authority',
    lesson: 'A certificate with the right name counts only if this trust domain signed it.',
  },
  {
    id: 'edge/inventory-payment/AuthorizePayment',
    lesson: 'A good identity is not yet a permission: only order may call payment.',
  },
  {
    id: 'token/no-user',
    lesson: 'A request without a user goes no further than the gateway.',
  },
  {
    id: 'token/of-another-workload',
    lesson: 'A stolen token fits only the connection of the workload that it was made for.',
  },
  {
    id: 'token/other-audience',
    lesson: 'A token is for one service: the next one does not take it.',
  },
  {
    id: 'policy/amount-over-limit',
    lesson: 'From 10,000.00 on a user needs the role finance, and policy knows the amount.',
  },
  {
    id: 'policy/blocked-user',
    lesson: 'Who is blocked is so at once and everywhere, whatever a login of before would still be good for.',
  },
  {
    id: 'database/stolen-login',
    lesson: 'A database login works only together with the certificate of the service that it was made for.',
  },
];
