import { type LoneCertificateFiles, writeLoneCertificate } from '../lone-certificate.ts';

/** Makes a certificate for `localhost` for a program that is no workload of SPIRE's. Made anew at each start. */
export async function createServerCertificate(files: LoneCertificateFiles, now: Date): Promise<void> {
  const authorityName = 'the authority of an issuer';
  await writeLoneCertificate(files, { authorityName, name: 'localhost', holder: 'server', lifetimeDays: 30 }, now);
}
