import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { operations, statusesOf } from './operations.ts';
import { startTestGateway, testDocument } from './testing/test-gateway.ts';

test('a linter finds nothing wrong with the document', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(testDocument), config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test('the document is there for everybody, as it was made', async () => {
  await using gateway = await startTestGateway({ decide: () => Promise.reject(new Error('nothing is decided')) });
  const response = await fetch(`${gateway.url}/openapi.json`);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(testDocument)));
});

test('every operation names its scopes, and takes a token of the issuer', () => {
  expect(testDocument).toMatchObject({
    paths: { '/v1/orders/{id}/refunds': { post: { security: [{ user: ['/gateway/RefundOrder'] }] } } },
    components: {
      securitySchemes: { user: { openIdConnectUrl: 'https://issuer.example/.well-known/openid-configuration' } },
    },
  });
});

test('no status stands twice, and every operation can fail as all do', () => {
  for (const operation of Object.values(operations)) {
    const statuses = statusesOf(operation);
    expect(new Set(statuses).size).toBe(statuses.length);
    expect(statuses).toEqual(expect.arrayContaining([400, 401, 403, 414, 429, 500, 503, 504]));
  }
});
