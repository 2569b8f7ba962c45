import { expect, test } from 'vitest';
import { checkFault } from './fault-request.ts';
import { faults } from './faults.ts';

test('a fault that was asked for by its name alone is taken with its usual number, until it is mended', () => {
  const { fault, ...how } = checkFault({ fault: 'skew-clock' });
  expect(fault.name).toBe('skew-clock');
  expect(how).toEqual({ scope: { workload: null, amount: 300 }, forSeconds: null });
});

test('what was said of it counts', () => {
  expect(checkFault({ fault: 'skew-clock', amount: -300, forSeconds: 5 })).toMatchObject({
    scope: { workload: null, amount: -300 },
    forSeconds: 5,
  });
  expect(checkFault({ fault: 'withdraw', workload: 'order' })).toMatchObject({
    scope: { workload: 'order', amount: 0 },
    forSeconds: null,
  });
});

test.each([
  [{ fault: 'set-on-fire' }, 'there is no fault set-on-fire: there are expire-svid, rotate-svid'],
  [{ fault: 'withdraw' }, 'withdraw wants to know which workload'],
  [{ fault: 'seal-vault', workload: 'order' }, 'seal-vault takes no workload'],
  [{ fault: 'withdraw', workload: 'order', amount: 5 }, 'withdraw takes no number'],
  [{ fault: 'rotate-svid', forSeconds: 5 }, 'rotate-svid is over by itself'],
  [{ fault: 'expire-svid', workload: 'order', amount: 0 }, 'a whole number from 1 to 3600 (seconds) is wanted'],
  [{ fault: 'slow-vault', amount: 600_001 }, 'a whole number from 1 to 600000 (milliseconds) is wanted'],
])('%j is told what is wrong with it', (request, fault) => {
  expect(() => checkFault(request)).toThrow(fault);
});

test('no two faults have one name, and no name is a word of the command itself', () => {
  const names = faults.map(({ name }) => name);
  expect(new Set(['mend', 'list', 'help', ...names]).size).toBe(names.length + 3);
});
