import { svidFiles } from '../../sidecar/svid-files.ts';
import { readCertificates } from '../read-certificates.ts';
import { reportHealth } from '../report-health.ts';

/** Healthy while the server whose files these are has a certificate that others accept. The leaf comes first. */
reportHealth(() => {
  const [leaf] = readCertificates(svidFiles(process.env.SVID_DIRECTORY ?? '').certificateFile);
  if (leaf === undefined || leaf.validToDate <= new Date()) throw new Error('the certificate has ended');
});
