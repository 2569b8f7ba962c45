import { expect, test } from 'vitest';
import { columns } from './layout.ts';
import { showGoingOn } from './show-going-on.ts';
import { plain } from './testing/made-up.ts';

test('Who had everything go well is told how to start the stack again', () => {
  const lines = showGoingOn({ kind: 'embedded', name: 'demo', passed: true, runsOn: false }, plain);
  expect(lines.join('\n')).toContain('✔ Everything was as it has to be. The stack demo now stops');
  expect(lines).toContain('      start       npx -y pnpm@12 zt up --detach --name demo');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
});

test('A stack that ran before runs on, and need not be started', () => {
  const text = showGoingOn({ kind: 'native', name: 'native', passed: true, runsOn: true }, plain).join('\n');
  expect(text).not.toContain('now stops');
  expect(text).not.toContain('zt up');
});

test('What was not as it has to be is said first', () => {
  const lines = showGoingOn({ kind: 'embedded', name: 'demo', passed: false, runsOn: false }, plain);
  expect(lines.find((line) => line.includes('has to be'))).toMatch(/^✖ NOT everything was as it has to be/);
});

test('Whoever saw it in containers is told what to type on the machine', () => {
  const text = showGoingOn({ kind: 'compose', name: 'compose', passed: true, runsOn: true }, plain).join('\n');
  expect(text).toContain('copies      docker compose up --wait --scale inventory=3');
  expect(text).not.toContain('.zt/');
  expect(text).not.toContain('log in');
});
