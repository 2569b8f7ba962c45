import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { svidFiles } from '../../sidecar/svid-files.ts';
import { reportHealth } from '../report-health.ts';
import { parseSvidKeeperConfig } from './config.ts';

/** Healthy while the server whose files these are has a certificate that others accept. */
await reportHealth(async () => {
  const { certificateFile } = svidFiles(parseSvidKeeperConfig(process.env).svidDirectory);
  const { validToDate } = new X509Certificate(readFileSync(certificateFile));
  if (validToDate <= new Date()) throw new Error(`the certificate ended at ${validToDate.toISOString()}`);
});
