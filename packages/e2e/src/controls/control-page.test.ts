import { expect, test } from 'vitest';
import type { Control } from './control.ts';
import { controlPage } from './control-page.ts';
import type { Outcome } from './outcome.ts';

const seam = { file: 'apps/order/src/order.ts', find: 'a', replace: 'b' };
const control: Control = { id: 'order-owner', demands: 'An order has an owner.', off: [seam], tries: [] };
const paths = (count: number, outcome: Outcome) =>
  Array.from({ length: count }, (_, index) => ({ id: `path/${index}`, outcome }));

test('says how many paths only this control stops, and names the first of them', () => {
  const page = controlPage({
    Services: [{ control, alone: paths(5, { kind: 'through', as: 'OK' }), withoutBoth: null }],
  });
  expect(page).toContain('An order has an owner. In `apps/order/src/order.ts`.');
  expect(page).toContain('- off, 5 paths get through: `path/0`, `path/1`, `path/2` and 2 more\n');
});

test('names the layer that stops a path all the same', () => {
  const alone = [...paths(1, { kind: 'stopped', by: 'scope_missing' }), ...paths(2, { kind: 'held' })];
  const page = controlPage({ Services: [{ control, alone, withoutBoth: null }] });
  expect(page).toContain('- off, nothing gets through\n- stopped by `scope_missing`: 1 path, such as `path/0`\n');
});

test('says what gets through without a control and the one that covers it', () => {
  const covered = { ...control, coveredBy: 'payment-owner' };
  const withoutBoth = paths(1, { kind: 'through', as: 'OK' });
  const page = controlPage({ Services: [{ control: covered, alone: paths(1, { kind: 'held' }), withoutBoth }] });
  expect(page).toContain('- off together with `payment-owner`, 1 path gets through: `path/0`\n');
});
