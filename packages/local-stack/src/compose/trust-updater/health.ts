import { readCertificates } from '../read-certificates.ts';
import { reportHealth } from '../report-health.ts';

/** Healthy while there is a bundle by which others can know who is who. */
reportHealth(() => {
  const authorities = readCertificates(process.env.BUNDLE_FILE ?? '');
  if (!authorities.some(({ validToDate }) => validToDate > new Date())) throw new Error('every authority has ended');
});
