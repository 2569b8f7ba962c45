import { expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { vaultPolicies } from './vault-policies.ts';
import { vaultCertRoles, vaultDatabaseRoles } from './vault-roles.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

const logins = ['order', 'inventory', 'payment', 'identity', 'audit', 'trust-updater', 'operator'];

it('gives a service its own database logins, their leases, its own API keys and its own token', () => {
  expect(vaultPolicies(accessGraph).find(({ name }) => name === 'payment')?.hcl).toBe(`path "database/creds/payment" {
  capabilities = ["read"]
}

path "sys/leases/renew" {
  capabilities = ["update"]
  allowed_parameters = {
    "lease_id" = ["database/creds/payment/*"]
  }
}

path "sys/leases/revoke" {
  capabilities = ["update"]
  allowed_parameters = {
    "lease_id" = ["database/creds/payment/*"]
    "sync" = []
  }
}

path "kv/data/payment/card-network" {
  capabilities = ["read"]
}

path "kv/metadata/payment/card-network" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}
`);
});

it('says each rule as data too, for whoever reads no HCL', () => {
  const rules = vaultPolicies(accessGraph).find(({ name }) => name === 'payment')?.rules ?? [];
  expect(rules).toContainEqual({ path: 'kv/data/payment/card-network', capabilities: ['read'] });
  expect(rules).toContainEqual({
    path: 'sys/leases/revoke',
    capabilities: ['update'],
    allowedParameters: { lease_id: ['database/creds/payment/*'], sync: [] },
  });
});

it('lets the trust updater write the certificates of the logins there are, and nothing else of them', () => {
  const hcl = vaultPolicies(accessGraph).find(({ name }) => name === 'trust-updater')?.hcl ?? '';
  const paths = [...hcl.matchAll(/path "(.*)"/g)].map(([, path]) => path);
  const certificates = logins.map((name) => `auth/cert/certs/${name}`);
  expect(paths).toEqual([...certificates, 'auth/token/renew-self', 'auth/token/revoke-self']);
  expect(hcl.match(/"certificate" = \[\]/g)).toHaveLength(logins.length);
});

it('has one login, one policy and one SPIFFE ID per workload that needs Vault', () => {
  expect(vaultPolicies(accessGraph).map(({ name }) => name)).toEqual(logins);
  const roles = vaultCertRoles(accessGraph, { leaseSeconds: 60 });
  expect(roles.map(({ name }) => name)).toEqual(logins);
  expect(roles[0]?.body).toEqual({
    allowed_uri_sans: ['spiffe://zt.example/ns/shop/sa/order'],
    display_name: 'order',
    token_policies: ['order'],
    token_no_default_policy: true,
    token_ttl: '600s',
    token_max_ttl: '14400s',
  });
});

it.each([6, 60, 3600, 86_400])('lets a login outlive the leases of %d s taken with it', (leaseSeconds) => {
  const login = vaultCertRoles(accessGraph, { leaseSeconds })[0]?.body.token_ttl;
  const lease = vaultDatabaseRoles(accessGraph, { leaseSeconds })[0]?.body.max_ttl;
  expect(Number.parseInt(String(login), 10)).toBeGreaterThan(Number.parseInt(String(lease), 10));
});

it('makes and ends database logins as members of the group of their service', () => {
  expect(vaultDatabaseRoles(accessGraph, { leaseSeconds: 60 }).find(({ name }) => name === 'order')?.body).toEqual({
    default_ttl: '60s',
    max_ttl: '120s',
    creation_statements: [
      `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "order";`,
    ],
    revocation_statements: [
      'ALTER ROLE "{{name}}" NOLOGIN;',
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}';",
      'DROP ROLE IF EXISTS "{{name}}";',
    ],
  });
});

it('lets the operator see which leases there are, and take none', () => {
  const hcl = vaultPolicies(accessGraph).find(({ name }) => name === 'operator')?.hcl ?? '';
  expect(hcl).toContain('path "sys/leases/lookup/database/creds/order/" {\n  capabilities = ["list", "sudo"]\n}');
  expect(hcl).toContain('"lease_id" = ["database/creds/*"]');
  expect(hcl).not.toContain('path "database/creds');
});

it('lets nobody but payment read the key of the card network, and the operator write it', () => {
  const named = vaultPolicies(accessGraph).filter(({ hcl }) => hcl.includes('kv/'));
  expect(named.map(({ name }) => name)).toEqual(['payment', 'operator']);
  expect(named[1]?.hcl).toContain('path "kv/data/payment/card-network" {\n  capabilities = ["update"]\n}');
});
