import { createPrivateKey, X509Certificate } from 'node:crypto';

/** The texts of a node's files; null where there is none. */
export interface NodeCertificateTexts {
  readonly authority: string | null;
  readonly certificate: string | null;
  readonly privateKey: string | null;
}

/** Why a node needs another certificate; null where the one that it has goes on. */
export function nodeCertificateFault(
  { authority, certificate, privateKey }: NodeCertificateTexts,
  now: Date,
): string | null {
  if (authority === null || certificate === null || privateKey === null) return 'there was none';
  try {
    const [held, signer] = [new X509Certificate(certificate), new X509Certificate(authority)];
    if (!held.verify(signer.publicKey) || !held.checkPrivateKey(createPrivateKey(privateKey)))
      return 'its files did not fit together';
    const [from, to] = [held.validFromDate.getTime(), held.validToDate.getTime()];
    return now.getTime() > (from + to) / 2 ? 'half of its life was over' : null;
  } catch {
    return 'its files could not be read';
  }
}
