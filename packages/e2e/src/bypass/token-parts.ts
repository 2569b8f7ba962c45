/** A token in compact form, taken apart (RFC 7515, section 3.1). */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signature: Buffer;
}

export function tokenParts(token: string): TokenParts {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: read(header), claims: read(claims), signature: Buffer.from(signature, 'base64url') };
}

/** What is signed: header and claims, of which the latter may be any text. */
export function signingInput(header: object, claims: object | string): string {
  const texts = [JSON.stringify(header), typeof claims === 'string' ? claims : JSON.stringify(claims)];
  return texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
}

/** Put together again, with whatever signature. */
export function compactToken({ header, claims, signature }: TokenParts): string {
  return `${signingInput(header, claims)}.${signature.toString('base64url')}`;
}
