import { expect, test } from 'vitest';
import { stepSetting } from './step-settings.ts';

test('a time is what the environment says, or what is usual', () => {
  expect(stepSetting('svidTtlSeconds', { ZT_SVID_TTL: '30' })).toBe(30);
  expect(stepSetting('svidTtlSeconds', {})).toBe(60);
  expect(stepSetting('databaseLoginTtlSeconds', { ZT_DATABASE_LOGIN_TTL: '' })).toBe(60);
});

test.each(['1', 'soon', '1.5', '100000000'])('%s is refused, and what is possible is said', (text) => {
  expect(() => stepSetting('svidTtlSeconds', { ZT_SVID_TTL: text })).toThrow(
    `ZT_SVID_TTL has to be a whole number of seconds from 20 to 86400, and is ${text}`,
  );
});
