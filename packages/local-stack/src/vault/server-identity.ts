import { readFileSync } from 'node:fs';
import { createIdentitySnapshot, parseX509Svid, type X509Source } from '@zt/kit/identity';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';
import { derOfPem, readBundle } from './read-bundle.ts';

/** A server's SVID, read from its files at each use: what the operator's own requests to that server are made with. */
export function serverIdentity(files: ServerCertificateFiles): X509Source {
  return {
    current() {
      const key = derOfPem(readFileSync(files.keyFile, 'utf8'));
      const svid = parseX509Svid(derOfPem(readFileSync(files.certificateFile, 'utf8')), key);
      return createIdentitySnapshot(svid, [readBundle(files.bundleFile, svid.spiffeId.trustDomain)]);
    },
    onChange: () => () => {},
  };
}
