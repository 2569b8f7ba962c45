import { expect, test } from 'vitest';
import { createPatience } from './patience.ts';

test('a service that starts late is waited for, and why is said while it lasts', async () => {
  const lines: string[] = [];
  const patience = createPatience({ report: (line) => lines.push(line), reportEveryMs: 0 });
  let asked = 0;
  const answer = await patience('vault', async () => {
    asked += 1;
    if (asked < 3) throw new Error('Vault could not be asked', { cause: new Error('connect ECONNREFUSED') });
    return 'open';
  });
  expect(answer).toBe('open');
  expect(lines).toEqual(Array(2).fill('waiting for vault: connect ECONNREFUSED'));
});

test('one that never comes is given up, with what to do', async () => {
  const patience = createPatience({ report: () => {}, timeoutMs: 300 });
  await expect(patience('postgres', () => Promise.reject(new Error('connect ENOENT')))).rejects.toThrow(
    'postgres did not answer within 0.3 s: connect ENOENT. Look at docker compose logs postgres, and say docker compose up again',
  );
});
