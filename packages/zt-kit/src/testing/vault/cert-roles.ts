// @peculiar/x509 resolves its parsers through decorators' metadata and does not load the polyfill itself.
import 'reflect-metadata';
import { randomUUID, X509Certificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  X509Certificate as ParsedCertificate,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import { spiffeIdOfLeaf } from '../../identity/x509-svid.ts';
import { verifyPeer } from '../../mtls/peer-verification.ts';
import { type Life, parseSeconds } from './time-to-live.ts';
import type { NewToken } from './tokens.ts';
import { nothingThere, VaultRefusal } from './vault-refusal.ts';
import type { VaultRole } from './vault-role.ts';

/** The roles of the login with a certificate (Vault's auth method `cert`). */
export interface CertRoles {
  /** What a login gets, by the chain that the connection was made with. Refuses whoever no role is for. */
  match(name: unknown, chain: readonly X509Certificate[], now: Date): NewToken;
  /** Writes what is said of a role, and leaves the rest of it. */
  update(name: string, body: Readonly<Record<string, unknown>>): void;
  has(name: string): boolean;
}

interface CertRole {
  readonly uris: readonly string[];
  readonly displayName: string;
  readonly policies: readonly string[];
  readonly life: Life;
  /** Null for those of the server's own trust domain. */
  readonly authorities: readonly X509Certificate[] | null;
  readonly entityId: string;
}

type Body = Readonly<Record<string, unknown>>;

const known = [
  'allowed_uri_sans',
  'certificate',
  'display_name',
  'token_max_ttl',
  'token_no_default_policy',
  'token_period',
  'token_policies',
  'token_ttl',
];

const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Throws a `TypeError` where a role says what this server would not keep to. */
export function createCertRoles(
  roles: readonly VaultRole[],
  ownAuthorities: () => readonly X509Certificate[],
): CertRoles {
  const held = new Map<string, CertRole>();
  for (const { name, body } of roles) {
    const unknown = Object.keys(body).find((field) => !known.includes(field));
    if (unknown !== undefined) throw new TypeError(`role ${name}: ${unknown} is not known here`);
    if (body.token_no_default_policy !== true) throw new TypeError(`role ${name}: there is no policy "default" here`);
    held.set(name, roleOf(name, body, randomUUID()));
  }

  function isFor(role: CertRole, chain: readonly X509Certificate[], now: Date): boolean {
    return isVouchedFor(chain, role.authorities ?? ownAuthorities(), now) && namesOne(role.uris, chain[0]);
  }

  return {
    match(name, chain, now) {
      const [leaf] = chain;
      if (leaf === undefined) throw new VaultRefusal(400, 'client certificate must be supplied');
      const asked = name === undefined || name === '' ? [...held] : [...held].filter(([each]) => each === String(name));
      const found = asked.find(([, role]) => isFor(role, chain, now));
      if (found === undefined) {
        throw new VaultRefusal(400, 'failed to match all constraints for this login certificate');
      }
      const [certName, { displayName, policies, entityId, life }] = found;
      const metadata = metadataOf(leaf, certName);
      return { displayName: `cert-${displayName}`, policies, entityId, life, metadata };
    },
    update(name, body) {
      const role = held.get(name);
      if (role === undefined) throw nothingThere();
      // Only what the trust updater writes: it may write nothing else.
      if (body.certificate !== undefined) held.set(name, { ...role, authorities: certificatesOf(body.certificate) });
    },
    has: (name) => held.has(name),
  };
}

function roleOf(name: string, body: Body, entityId: string): CertRole {
  return {
    uris: [body.allowed_uri_sans ?? []].flat().map(String),
    displayName: String(body.display_name ?? name),
    policies: [body.token_policies ?? []].flat().map(String).toSorted(),
    life: {
      ttlSeconds: parseSeconds(body.token_ttl),
      maxTtlSeconds: parseSeconds(body.token_max_ttl),
      periodSeconds: parseSeconds(body.token_period),
    },
    authorities: body.certificate === undefined ? null : certificatesOf(body.certificate),
    entityId,
  };
}

function certificatesOf(pem: unknown): X509Certificate[] {
  const blocks = String(pem).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch {
    // As bad as none.
  }
  throw new VaultRefusal(400, 'failed to parse certificate');
}

function isVouchedFor(
  chain: readonly X509Certificate[],
  x509Authorities: readonly X509Certificate[],
  now: Date,
): boolean {
  const [leaf] = chain;
  if (leaf === undefined || !(leaf.keyUsage ?? [clientAuth]).includes(clientAuth)) return false;
  try {
    const { trustDomain } = spiffeIdOfLeaf(leaf);
    verifyPeer(chain, new Map([[trustDomain, { trustDomain, x509Authorities }]]), now);
    return true;
  } catch {
    return false;
  }
}

function namesOne(uris: readonly string[], leaf: X509Certificate | undefined): boolean {
  return leaf !== undefined && (uris.length === 0 || uris.includes(spiffeIdOfLeaf(leaf).uri));
}

/** What Vault keeps of the certificate that a token was got with. */
function metadataOf(leaf: X509Certificate, certName: string): Readonly<Record<string, string>> {
  const parsed = new ParsedCertificate(leaf.raw);
  return {
    authority_key_id: inPairs(parsed.getExtension(AuthorityKeyIdentifierExtension)?.keyId),
    cert_name: certName,
    common_name: /^CN=(.*)$/m.exec(leaf.subject)?.[1] ?? '',
    serial_number: BigInt(`0x${leaf.serialNumber}`).toString(),
    subject_key_id: inPairs(parsed.getExtension(SubjectKeyIdentifierExtension)?.keyId),
  };
}

/** `ab:cd:…` of hexadecimal digits. */
function inPairs(hexadecimal = ''): string {
  return (hexadecimal.match(/../g) ?? []).join(':');
}
