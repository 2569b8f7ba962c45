import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogInError, logInAt } from '@zt/e2e/shop';
import {
  algorithmOf,
  createSigningKeySource,
  createUserTokenVerifier,
  foreignUserId,
  type VerifiedToken,
} from '@zt/kit/delegation';
import { createIssuerClient, readUserIssuer } from '@zt/kit/service';
import { createFixedX509Source, createTestTokenIssuer } from '@zt/kit/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, type TestStack } from '../postgres/testing/test-stack.ts';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { dexIssuer, otherDexClient } from './dex-config.ts';
import { type DexFiles, dexFiles } from './dex-files.ts';
import { prepareDex, startDex } from './start-dex.ts';

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const users = {
  alice: { password: 'a password of alice', roles: ['customer'] },
  fiona: { password: 'a password of fiona', roles: ['customer', 'finance'] },
};
const scopesByRole = { customer: ['orders:read', 'orders:write'], finance: ['orders:read', 'orders:write'] };

await describeWithPrograms(
  'Dex, in the place of the own provider',
  ['dex'],
  (programs) => {
    let stack: TestStack;
    let dex: ManagedProcess;
    let files: DexFiles;
    let description: Parameters<typeof logInAt>[0];

    beforeAll(async () => {
      stack = await createTestStack();
      files = await prepareDex(stack.context, { users, scopesByRole });
      dex = await startDex(stack.context, programs.dex);
      const usersFile = join(stack.context.stateDirectory, 'users.json');
      await writeFile(usersFile, JSON.stringify(users));
      const issuerUrl = dexIssuer(stack.context.ports.dex);
      description = { issuerUrl, issuerBundleFile: files.authority, userIssuer: 'dex', usersFile };
    }, 60_000);
    afterAll(() => stack.close());

    /** As the gateway and the identity service have it from the stack. */
    function issuerAsRead() {
      const issuer = readUserIssuer({ ISSUER: 'https://localhost:1', USER_ISSUER_FILE: files.userIssuerFile });
      const client = createIssuerClient(createFixedX509Source(null), issuer);
      const keys = createSigningKeySource({ fetchKeys: client.fetchKeys, algorithm: algorithmOf(issuer) });
      const verifier = createUserTokenVerifier(issuer, keys);
      return {
        client,
        verify: (token: string, now = new Date()): Promise<VerifiedToken> =>
          verifier.verify(token, { audience: gateway }, now),
      };
    }

    test("a user who logs in on Dex's page has a token that counts here, with the roles of that user", async () => {
      const token = await logInAt(description, 'fiona');
      const verified = await issuerAsRead().verify(token);
      expect(verified).toMatchObject({
        subject: foreignUserId(description.issuerUrl, decodeJwt(token).sub),
        roles: ['customer', 'finance'],
        scopes: ['orders:read', 'orders:write'],
        audience: gateway,
        chain: [],
      });
      expect(verified.sessionId).not.toBe('');
    });

    test('two logins are two sessions of one user', async () => {
      const { verify } = issuerAsRead();
      const first = await verify(await logInAt(description, 'alice'));
      const second = await verify(await logInAt(description, 'alice'));
      expect(second.subject).toBe(first.subject);
      expect(second.sessionId).not.toBe(first.sessionId);
    });

    test('a token of another client of the same issuer counts for nothing', async () => {
      const token = await logInAt(description, 'alice', otherDexClient);
      await expect(issuerAsRead().verify(token)).rejects.toMatchObject({ reason: 'token_audience_wrong' });
    });

    test('a token counts no longer than it says', async () => {
      const token = await logInAt(description, 'alice');
      const end = new Date((decodeJwt(token).exp ?? 0) * 1000);
      await expect(issuerAsRead().verify(token, end)).rejects.toMatchObject({ reason: 'token_expired' });
    });

    test('a token of the own provider counts for nothing while Dex is the issuer', async () => {
      const own = createTestTokenIssuer('https://localhost:1', 'at+jwt');
      const iat = Math.floor(Date.now() / 1000);
      const claims = { aud: gateway, sub: 'alice', sid: 's', scope: 'orders:write', iat, exp: iat + 60 };
      const { verify } = issuerAsRead();
      await expect(verify(own.issue(claims))).rejects.toMatchObject({ reason: 'token_algorithm_not_allowed' });
    });

    test('nobody gets in with a wrong password', async () => {
      const usersFile = join(stack.context.stateDirectory, 'wrong.json');
      await writeFile(usersFile, JSON.stringify({ alice: { password: 'a password of bob' } }));
      await expect(logInAt({ ...description, usersFile }, 'alice')).rejects.toThrow(LogInError);
    });

    test('what holds a key or a hash is for the operating user only', async () => {
      for (const file of Object.values(dexFiles(stack.context))) expect((await stat(file)).mode & 0o077).toBe(0);
    });

    test('Dex says itself when a token is good no more, though its signature still is', async () => {
      const { client, verify } = issuerAsRead();
      const token = await logInAt(description, 'alice');
      const isActive = async () => {
        const answer = await client.ask('introspection_endpoint', { form: { token } });
        return (answer as { readonly active: boolean }).active;
      };
      await verify(token);
      expect(await isActive()).toBe(true);
      // It keeps all it knows in memory.
      await dex.stop();
      dex = await startDex(stack.context, programs.dex);
      expect(await isActive()).toBe(false);
      await expect(verify(token)).resolves.toMatchObject({ roles: ['customer'] });
    });
  },
  { timeout: 60_000 },
);
