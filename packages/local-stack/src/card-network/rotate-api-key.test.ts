import { beforeEach, expect, test } from 'vitest';
import { lastVersionTaken } from './key-observer.ts';
import { rotateApiKey } from './rotate-api-key.ts';

let did: string[];
beforeEach(() => {
  did = [];
});

const key = (keyId: string) => ({ keyId, createdAt: '', lastUsedAt: null });
const network = {
  listKeys: async () => [key('first'), key('second')],
  async issueKey() {
    did.push('issued third');
    return { keyId: 'third', key: 'cnk_third' };
  },
  async revokeKey(keyId: string) {
    did.push(`revoked ${keyId}`);
  },
};
const observer = {
  async taken(version: number) {
    did.push(`payment has ${version}`);
  },
  async callsEnded() {
    did.push('calls ended');
  },
};
const onStep = (step: string) => did.push(`- ${step}`);

test('the new key is accepted before it is used, and the old ones until nobody uses them', async () => {
  const writeKey = async (written: string) => {
    did.push(`wrote ${written}`);
    return 7;
  };
  await expect(rotateApiKey({ network, observer, onStep, writeKey })).resolves.toEqual({ version: 7, revoked: 2 });
  expect(did).toEqual([
    '- issue',
    'issued third',
    '- write',
    'wrote cnk_third',
    '- use',
    'payment has 7',
    'calls ended',
    '- revoke',
    'revoked first',
    'revoked second',
  ]);
});

test('where it is not known whether Vault took the key, it goes on being accepted, as the ones before do', async () => {
  const writeKey = () => Promise.reject(new Error('Vault did not answer'));
  await expect(rotateApiKey({ network, observer, onStep, writeKey })).rejects.toThrow('Vault did not answer');
  expect(did).toEqual(['- issue', 'issued third', '- write']);
});

test('while payment has not got the new key no old one is revoked', async () => {
  const slow = { ...observer, taken: () => Promise.reject(new Error('too long')) };
  const rotated = rotateApiKey({ network, observer: slow, onStep, writeKey: async () => 7 });
  await expect(rotated).rejects.toThrow('too long');
  expect(did.filter((each) => each.startsWith('revoked'))).toEqual([]);
});

test('the version in use is the last one that a log tells of', () => {
  const line = (version: number) => JSON.stringify({ event: 'api_key_taken', version });
  expect(lastVersionTaken([line(1), line(2), '{"event":"serving"}', ''].join('\n'))).toBe(2);
  expect(lastVersionTaken('{"event":"serving"}')).toBeNull();
});
