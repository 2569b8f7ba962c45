import { expect, test } from 'vitest';
import { describeNewService } from './describe-new-service.ts';
import { lanternPlan } from './testing/lantern-plan.ts';

const touched = [
  { path: 'apps/lantern/src/main.ts', isNew: true },
  { path: 'docker-compose.yml', isNew: false },
];

test('what was written, chosen and left is said, with a call to begin with', () => {
  const plan = { ...lanternPlan, choices: ['of order it is called by PlaceOrder and GetOrder'] };
  const lines = describeNewService({ plan, touched }, { entryPoint: 'gateway', seconds: 7 });
  expect(lines).toEqual(
    expect.arrayContaining([
      'new     apps/lantern/src/main.ts',
      'changed docker-compose.yml',
      'lantern is there after 7.0 s: 1 new files, 1 changed.',
      '- of order it is called by PlaceOrder and GetOrder',
      '- order may call it and has a client of it in apps/order/src/downstream.ts; the call is yours to write',
      `  npx -y pnpm@12 zt call order lantern.CreateLantern --user alice --data '{"lanternId":"lantern-0001","getStock":{"sku":""}}'`,
    ]),
  );
  expect(lines.join('\n')).not.toContain('HTTP route');
});

test('of the entry point it says that users have no new way in', () => {
  const plan = { ...lanternPlan, callers: ['gateway'] };
  const lines = describeNewService({ plan, touched: null }, { entryPoint: 'gateway', seconds: 7 });
  expect(lines.join('\n')).toContain('gateway has no new HTTP route');
});
