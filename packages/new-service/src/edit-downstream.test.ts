import { expect, test } from 'vitest';
import { editDownstream, editMain, firstDownstream } from './edit-downstream.ts';
import { lanternPlan } from './testing/lantern-plan.ts';

const downstream = `import type { Kit, SecureClient } from '@zt/kit/service';
import { StockServiceService } from '@zt/proto/stock';

/** What is needed. */
export interface Downstream {
  // Kept for Sundays.
  readonly stock: SecureClient<typeof StockServiceService>;
}

export function connectDownstream(kit: Kit): Downstream {
  return { stock: kit.connect(StockServiceService, 'stock') };
}
`;

test('a caller gets one client more, and keeps its comments', () => {
  const after = editDownstream('downstream.ts', downstream, 'order', lanternPlan);
  expect(after).toContain('// Kept for Sundays.');
  expect(after).toContain('readonly lantern: SecureClient<typeof LanternServiceService>;');
  expect(after).toMatch(
    /stock: kit\.connect\(StockServiceService, 'stock'\),\s*lantern: kit\.connect\(LanternServiceService, 'lantern'\)/,
  );
  expect(after).toMatch(/import \{ LanternServiceService \} from ["']@zt\/proto\/lantern["'];/);
});

test('a caller that calls some of the methods has those only', () => {
  const [create] = lanternPlan.methods;
  const get = { name: 'GetLantern', callers: ['gateway.GetOrder'], scope: 'lantern:read', record: 'written' } as const;
  const plan = { ...lanternPlan, methods: create === undefined ? [] : [create, get] };
  expect(editDownstream('downstream.ts', downstream, 'gateway', plan)).toContain(
    "readonly lantern: Pick<SecureClient<typeof LanternServiceService>, 'getLantern'>;",
  );
  expect(firstDownstream('order', plan)).toContain("Pick<SecureClient<typeof LanternServiceService>, 'createLantern'>");
});

test('clients that are put together in another way are left to people', () => {
  const other = downstream.replace('return {', 'return Object.assign({').replace('};\n}', '});\n}');
  expect(() => editDownstream('downstream.ts', other, 'order', lanternPlan)).toThrow('does not return an object');
});

test('a caller that called nobody connects when it starts', () => {
  const main =
    "await runService({\n  name: 'stock',\n  start: async (kit) => {\n    kit.serve(StockServiceService, {});\n  },\n});\n";
  const after = editMain('main.ts', main);
  expect(after).toMatch(/start: async \(kit\) => \{\n.*\n\s*connectDownstream\(kit\);\n\s*kit\.serve/);
  expect(after).toMatch(/import \{ connectDownstream \} from ["']\.\/downstream\.ts["'];/);
  expect(() => editMain('main.ts', 'export {};')).toThrow('main.ts has no start');
});
