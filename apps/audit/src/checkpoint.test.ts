import { hashOfLine } from '@zt/kit/audit';
import { createIdentitySnapshot } from '@zt/kit/identity';
import { createFixedX509Source, createTestCertificateAuthority, idOf } from '@zt/kit/testing';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { type ChainGap, type ChainHead, nextCheckpoint, signCheckpoint } from './checkpoint.ts';
import { writeCheckpoint } from './checkpoint-writer.ts';

const now = new Date();
const heads: readonly ChainHead[] = [{ writer: idOf('order'), spool: 's', sequence: 3, hash: 'a'.repeat(64) }];
const more = heads.map((head) => ({ ...head, sequence: 4 }));
const ending = (ends: readonly ChainHead[], gaps: readonly ChainGap[] = []) => ({ heads: ends, gaps });
const authority = await createTestCertificateAuthority('zt.example');
const svid = await authority.issueSvid({ spiffeId: idOf('audit') });

test('the first checkpoint follows none, and each other one the one before it', async () => {
  const first = nextCheckpoint(null, ending(heads), now) ?? expect.fail();
  expect(first).toEqual({ version: 1, number: 1, time: now.toISOString(), previous: '0'.repeat(64), heads, gaps: [] });
  const signed = await signCheckpoint(first, svid);
  expect(nextCheckpoint(signed, ending(more), now)).toEqual({
    version: 1,
    number: 2,
    time: now.toISOString(),
    previous: hashOfLine(signed),
    heads: more,
    gaps: [],
  });
});

test('where nothing was added there is no checkpoint', async () => {
  expect(nextCheckpoint(null, ending([]), now)).toBeNull();
  const signed = await signCheckpoint(nextCheckpoint(null, ending(heads), now) ?? expect.fail(), svid);
  expect(nextCheckpoint(signed, ending(heads), now)).toBeNull();
});

test('a checkpoint is signed with the key of the SVID, whose certificates it carries', async () => {
  const checkpoint = nextCheckpoint(null, ending(heads), now) ?? expect.fail();
  const signed = await signCheckpoint(checkpoint, svid);
  const leaf = svid.certificates[0] ?? expect.fail();
  expect(decodeProtectedHeader(signed)).toEqual({
    alg: 'ES256',
    typ: 'checkpoint+jws',
    x5c: [leaf.raw.toString('base64')],
  });
  const { payload } = await compactVerify(signed, leaf.publicKey);
  expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(checkpoint);
});

test('a checkpoint is written where there is something to say', async () => {
  const source = createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
  const written: string[] = [];
  let current = heads;
  const store = {
    heads: async () => [...current],
    gaps: async () => [],
    lastCheckpoint: async () => written.at(-1) ?? null,
    addCheckpoint: async (_number: number, statement: string) => written.push(statement) > 0,
  };
  await writeCheckpoint(store, source, now);
  await writeCheckpoint(store, source, now);
  current = more;
  await writeCheckpoint(store, source, now);
  expect(written).toHaveLength(2);
  source.set(null);
  current = heads;
  await expect(writeCheckpoint(store, source, now)).rejects.toMatchObject({ reason: 'identity_unavailable' });
});

test('nothing is signed before the certificate is valid, as after a clock that stepped back', async () => {
  const source = createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
  const written: string[] = [];
  const store = {
    heads: async () => [...heads],
    gaps: async () => [],
    lastCheckpoint: async () => null,
    addCheckpoint: async (_number: number, statement: string) => written.push(statement) > 0,
  };
  const before = new Date(svid.notBefore.getTime() - 1);
  await expect(writeCheckpoint(store, source, before)).rejects.toMatchObject({ reason: 'identity_unavailable' });
  expect(written).toEqual([]);
  await writeCheckpoint(store, source, svid.notBefore);
  expect(written).toHaveLength(1);
});
