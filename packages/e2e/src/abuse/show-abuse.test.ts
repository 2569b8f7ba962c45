import { expect, test } from 'vitest';
import { type Abused, isSound, mostGrowthMebibytes } from './run-abuse.ts';
import { showAbused, showAbuses } from './show-abuse.ts';

const sound: Abused = {
  id: 'ping-flood',
  title: 'sends PING frames',
  tally: { attempts: 12_000, connections: 7, ended: 6 },
  before: 100,
  peak: 120.4,
  after: 110,
  fared: { calls: 200, succeeded: 200, slowestMs: 31.2 },
};

test('all is well where memory stays bounded and every call beside the attack is answered', () => {
  expect(isSound(sound)).toBe(true);
  expect(isSound({ ...sound, peak: sound.before + mostGrowthMebibytes + 1 })).toBe(false);
  expect(isSound({ ...sound, fared: { ...sound.fared, succeeded: 199 } })).toBe(false);
});

test('an attack that was none, or beside which nobody called, shows nothing', () => {
  expect(isSound({ ...sound, tally: { ...sound.tally, attempts: 0 } })).toBe(false);
  expect(isSound({ ...sound, fared: { calls: 0, succeeded: 0, slowestMs: 0 } })).toBe(false);
});

test('the table says of each attack what it did, what it cost, and how people fared', () => {
  const cells = showAbuses([sound]).split('\n')[1]?.trim().split(/ {2,}/);
  expect(cells).toEqual(['ping-flood', '12,000', '7', '6', '100', '120', '110', '200', '100.0 %', '31 ms']);
  expect(showAbused(sound)).toBe('✔ ping-flood  somebody sends PING frames');
});
