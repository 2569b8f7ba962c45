import type { Money, ShopAnswer } from '@zt/e2e/shop';
import type { DecisionRecord } from '@zt/kit/audit';
import { paragraph } from './layout.ts';
import { refusedHop, showTrace } from './show-trace.ts';
import { spellMoney, spellWorkload } from './spell.ts';
import type { Style } from './style.ts';

/** An order as it was asked for, what the gateway answered, and all that was recorded on its way. */
export interface OrderRun {
  readonly user: string;
  readonly sku: string;
  readonly quantity: number;
  /** Null where already the question for the price was refused. */
  readonly unitPrice: Money | null;
  readonly answer: ShopAnswer;
  readonly records: readonly DecisionRecord[];
  readonly durationMs: number;
}

export function isConfirmed({ answer }: OrderRun): boolean {
  return answer.status === 201 && answer.body.status === 'confirmed';
}

export function showOrder(run: OrderRun, style: Style): string[] {
  return [...paragraph(title(run, style)), '', ...showTrace(run.records, style), ...outcome(run, style)];
}

function title({ user, sku, quantity, unitPrice }: OrderRun, { colors }: Style): string {
  const goods = colors.bold(`${user} orders ${quantity} × ${sku}`);
  if (unitPrice === null) return `${goods}, and asks for the price first.`;
  const total = { ...unitPrice, minorUnits: unitPrice.minorUnits * quantity };
  return `${goods} at ${spellMoney(unitPrice)}: ${spellMoney(total)} in all.`;
}

function outcome(run: OrderRun, { colors }: Style): string[] {
  const { answer } = run;
  const verdict = isConfirmed(run) ? colors.green(confirmation(run)) : colors.red(objection(run));
  return [
    ...paragraph(verdict),
    ...paragraph(colors.dim(`HTTP ${answer.status} after ${Math.round(run.durationMs)} ms, trace ${answer.traceId}`)),
  ];
}

function confirmation({ answer }: OrderRun): string {
  return `✔ Confirmed: order ${String(answer.body.orderId)}`;
}

function objection({ answer, records }: OrderRun): string {
  const told = answer.body.rejectedBecause ?? answer.body.detail ?? answer.body.status;
  const refused = refusedHop(records);
  if (refused === undefined) return `✖ Not placed, and not for lack of permission: ${String(told)}`;
  const service = spellWorkload(refused.service, { verbose: false });
  return `✖ Refused by ${service}: ${refused.reasons.join(', ')}. The user was told only: ${String(told)}`;
}
