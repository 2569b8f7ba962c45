import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

function seed(input: string) {
  const program = fileURLToPath(new URL('./seed.ts', import.meta.url));
  return spawnSync(process.execPath, [program], { input, encoding: 'utf8' });
}

test('users go in on standard input, and SQL with hashes comes out', () => {
  const { status, stdout } = seed('{"alice":{"password":"long enough a password","roles":["support"]}}');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^insert into users .* values \('alice', '\$scrypt\$[^']+', '\{support\}'\) on conflict .*;\n$/,
  );
  expect(stdout).not.toContain('long enough');
});

test('what is not as it should be gives no SQL, and no message repeats a password', () => {
  const { status, stdout, stderr } = seed('{"alice":{"password":"hunter2","roles":[]}}');
  expect(status).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain('alice.password');
  expect(stderr).not.toContain('hunter2');
});
