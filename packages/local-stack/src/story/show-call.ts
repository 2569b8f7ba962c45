import type { CallOutcome, PlannedCall } from '@zt/e2e/call';
import { paragraph } from './layout.ts';
import { showTrace } from './show-trace.ts';
import { methodName, showableParts } from './spell.ts';
import type { Style } from './style.ts';

/** A call that was made as a workload, and on whose behalf it was wanted. */
export interface CallRun {
  readonly call: PlannedCall;
  readonly user: string | null;
  readonly outcome: CallOutcome;
}

/** What was called as whom, all that was decided on the way, and what came of it. */
export function showCall({ call, user, outcome }: CallRun, style: Style): string[] {
  const { colors } = style;
  const { code, message, answer, records } = showableParts(outcome);
  const verdict = code === 'OK' ? colors.green(`${call.to} answers:`) : colors.red(`${code}: ${printed('', message)}`);
  return [
    ...paragraph(
      colors.dim(`A process of ${call.from}'s program acts as ${call.from}: it can do whatever ${call.from} can.`),
    ),
    ...paragraph(
      `${colors.bold(`${call.from} calls ${call.to}'s ${methodName(call.method)}`)} ${onWhoseBehalf(call, user)}.`,
    ),
    '',
    ...showTrace(records, style),
    ...paragraph(verdict),
    ...(code === 'OK' ? JSON.stringify(answer, printed, 2).split('\n') : []),
  ];
}

function onWhoseBehalf({ from, to, credential }: PlannedCall, user: string | null): string {
  switch (credential.kind) {
    case 'token of a user':
      return `on behalf of ${user}`;
    case 'own token':
      return 'in its own name';
    case 'nothing':
    case 'of the caller':
      return user === null
        ? 'without a token'
        : `without a token of ${user}, since ${from} calls ${to} for no user and gets none`;
  }
}

/** A JSON Web Token begins like this, wherever it stands; and a text that has its form as a whole is taken for one too. */
const token = /\beyJ[\w-]{5,}(\.[\w-]*){2,4}|^[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/g;

interface Bytes {
  readonly type: 'Buffer';
  readonly data: readonly number[];
}

/** For `JSON.stringify`: bytes as they are typed, and no tokens, since what is printed stays in scrollbacks and logs. */
export function printed(_name: string, value: unknown): unknown {
  if (isBytes(value)) return Buffer.from(value.data).toString('base64');
  return typeof value === 'string' ? value.replace(token, '(a token, which is not shown)') : value;
}

function isBytes(value: unknown): value is Bytes {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}
