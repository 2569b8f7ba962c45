import { accessGraph } from '@zt/access-graph';
import { readBundle } from '../../vault/read-bundle.ts';
import { reportHealth } from '../report-health.ts';
import { parseTrustUpdaterConfig } from './config.ts';

/** Healthy while there is a bundle by which others can know who is who. */
await reportHealth(async () => {
  const { bundleFile } = parseTrustUpdaterConfig(process.env);
  const { x509Authorities } = readBundle(bundleFile, accessGraph.trustDomain);
  if (!x509Authorities.some(({ validToDate }) => validToDate > new Date()))
    throw new Error(`every authority in ${bundleFile} has ended`);
});
