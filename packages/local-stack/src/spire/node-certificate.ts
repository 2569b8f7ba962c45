import { type LoneCertificateFiles, writeLoneCertificate } from '../lone-certificate.ts';

/** The name by which the server knows the one node of a stack: `spiffe://…/spire/agent/x509pop/node`. */
export const nodeName = 'node';

/** Makes the certificate with which the agent proves to the server which node it is on. Made anew at each start. */
export async function createNodeCertificate(files: LoneCertificateFiles, now: Date): Promise<void> {
  const authorityName = 'nodes of this stack';
  await writeLoneCertificate(files, { authorityName, name: nodeName, holder: 'client', lifetimeDays: 365 }, now);
}
