import { join } from 'node:path';

/** Where the files of the SVID in force are: `current` is a link to a folder that is never changed. */
export function svidFiles(directory: string): { certificateFile: string; keyFile: string; bundleFile: string } {
  const current = join(directory, 'current');
  return {
    certificateFile: join(current, 'certificate.pem'),
    keyFile: join(current, 'key.pem'),
    bundleFile: join(current, 'bundle.pem'),
  };
}
