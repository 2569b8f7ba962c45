import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

interface Parts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

/** The same notice with `alg` `none` and no signature (RFC 7518, section 3.6). */
export function unsigned(notice: string): string {
  const { header, claims } = apart(notice);
  return `${signingInput({ ...header, alg: 'none' }, claims)}.`;
}

/** The same notice, signed with a key that nobody knows, which claims to be the network's. */
export function withOwnKey(notice: string): string {
  const { header, claims } = apart(notice);
  const input = signingInput(header, claims);
  return `${input}.${sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey).toString('base64url')}`;
}

/** The same notice signed with HMAC, whose secret is the public name of the key (RFC 8725, section 2.1). */
export function withHmac(notice: string): string {
  const { header, claims } = apart(notice);
  const input = signingInput({ ...header, alg: 'HS256' }, claims);
  return `${input}.${createHmac('sha256', String(header.kid)).update(input).digest('base64url')}`;
}

/** Another amount under the signature of the one before. */
export function withAmount(notice: string, minorUnits: number): string {
  const { header, claims, signature } = apart(notice);
  return `${signingInput(header, { ...claims, amount_minor_units: minorUnits })}.${signature}`;
}

function apart(notice: string): Parts {
  const [header = '', claims = '', signature = ''] = notice.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: read(header), claims: read(claims), signature };
}

function signingInput(...parts: readonly object[]): string {
  return parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}
