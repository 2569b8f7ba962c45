import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Seam } from '../seams/index.ts';

const states = fileURLToPath(new URL('../../../../.zt', import.meta.url));

/** Where a stack of this name that was started with the forger's seams leaves its keys. */
export function keyDirectoryOf(stackName: string): string {
  return join(states, stackName, 'forger');
}

/** The trust domain whose authority the stack is federated with, for as long as the forger is at it. */
export const partnerDomain = 'partner.example';

/**
 * What has a stack's processes leave their keys in this folder, so that a test can sign with them: the authority's on the
 * embedded stack, and those of the token exchange and of the OpenID Provider. On the embedded stack a second authority is
 * federated too.
 */
export function forgerSeams(keyDirectory: string, kind: 'embedded' | 'native' = 'embedded'): readonly Seam[] {
  const leave = (name: string, text: string): string =>
    [
      "const kept = process.getBuiltinModule('node:fs');",
      `kept.mkdirSync(${JSON.stringify(keyDirectory)}, { recursive: true, mode: 0o700 });`,
      `kept.writeFileSync(${JSON.stringify(`${keyDirectory}/`)} + ${name}, ${text}, { mode: 0o600 });`,
    ].join(' ');
  const issuers: readonly Seam[] = [
    {
      file: 'apps/identity/src/exchange/signing-key.ts',
      find: 'return { id, privateKey, publicJwk: {',
      replace: `${leave("'exchange-' + id", "privateKey.export({ format: 'pem', type: 'pkcs8' })")}
  return { id, privateKey, publicJwk: {`,
    },
    {
      file: 'apps/identity/src/provider/provider.ts',
      find: 'return { privateJwk: { ...publicJwk, d }, publicJwk };',
      replace: `${leave("'access-' + publicJwk.kid", "privateKey.export({ format: 'pem', type: 'pkcs8' })")}
  return { privateJwk: { ...publicJwk, d }, publicJwk };`,
    },
  ];
  const authorities: Seam = {
    file: 'packages/zt-kit/src/testing/certificate-authority.ts',
    find: '  const bundleDer = Buffer.from(certificate.rawData);\n  return authorityOf({ trustDomain, certificate, keys, keyId: key.keyId',
    replace: `  const bundleDer = Buffer.from(certificate.rawData);
  const keyDer = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  ${leave("'authority-' + trustDomain", "certificate.toString('pem') + '\\n' + keyDer.toString('base64')")}
  return authorityOf({ trustDomain, certificate, keys, keyId: key.keyId`,
  };
  return [...issuers, authorities, ...(kind === 'native' ? federatedBySpire(keyDirectory) : [federatedHere])];
}

const makePartner = `const { createTestCertificateAuthority } = await import('@zt/kit/testing');
  const partner = await createTestCertificateAuthority('${partnerDomain}');`;

const federatedHere: Seam = {
  file: 'packages/local-stack/src/surroundings/embedded-identities.ts',
  find: '  const workloadApi = await startDevelopmentWorkloadApi({',
  replace: `  ${makePartner}
  authority.federate(partner.bundle);
  const workloadApi = await startDevelopmentWorkloadApi({`,
};

/** All workloads of the stack are given the partner's bundle, also those that an earlier stack of the name has registered. */
function federatedBySpire(keyDirectory: string): readonly Seam[] {
  const id = `spiffe://${partnerDomain}`;
  const file = JSON.stringify(`${keyDirectory}/partner.pem`);
  const stored = '  const stored = parseEntries(';
  return [
    {
      file: 'packages/local-stack/src/spire/registration-entry.ts',
      find: '  return isDeepStrictEqual(comparable(stored), comparable(wanted));',
      replace: '  return false;',
    },
    {
      file: 'packages/local-stack/src/spire/reconcile-entries.ts',
      find: stored,
      replace: `  ${makePartner}
  process.getBuiltinModule('node:fs').writeFileSync(${file}, partner.bundle.x509Authorities.join(''));
  await server.text(['bundle', 'set', '-id', '${id}', '-format', 'pem', '-path', ${file}]);
  wanted = wanted.map((entry) => ({ ...entry, federates_with: ['${id}'] }));
${stored}`,
    },
  ];
}
