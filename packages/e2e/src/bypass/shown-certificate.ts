import type { IssuedLeaf, LeafOptions, TestCertificateAuthority } from '@zt/kit/testing';

/** What a forger shows at the handshake; nothing where it is left out. */
export interface ShownCertificate {
  /** PEM, the leaf first. */
  readonly cert?: string;
  readonly key?: string;
  /** Of an earlier connection, to be resumed. */
  readonly session?: Buffer;
}

/** A leaf of this authority as told, good or bad. */
export async function certificateOf(
  authority: TestCertificateAuthority,
  options: LeafOptions,
): Promise<ShownCertificate> {
  return shownAs(await authority.issue(options));
}

export function shownAs({ chainDer, keyDer }: IssuedLeaf): ShownCertificate {
  return { cert: pem('CERTIFICATE', chainDer), key: pem('PRIVATE KEY', keyDer) };
}

function pem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}
