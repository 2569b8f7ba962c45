import { join } from 'node:path';
import type { StackContext } from '../stack-context.ts';

/** Where Dex finds what it needs, and where others find what they have to know of it. */
export interface DexFiles {
  readonly configFile: string;
  /** Of an authority of its own: nothing of SPIRE's vouches for it. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** What the gateway and the identity service read as USER_ISSUER_FILE. */
  readonly userIssuerFile: string;
}

export function dexFiles({ stateDirectory }: Pick<StackContext, 'stateDirectory'>): DexFiles {
  const inFolder = (name: string): string => join(stateDirectory, 'dex', name);
  return {
    configFile: inFolder('config.json'),
    authority: inFolder('authority.pem'),
    certificate: inFolder('certificate.pem'),
    privateKey: inFolder('private-key.pem'),
    userIssuerFile: inFolder('user-issuer.json'),
  };
}
