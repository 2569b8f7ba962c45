import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const costExponent = 15;
const blockSize = 8;
const parallelism = 3;
const hashBytes = 32;
const options: ScryptOptions = { N: 2 ** costExponent, r: blockSize, p: parallelism, maxmem: 64 * 1024 * 1024 };
const prefix = `$scrypt$ln=${costExponent},r=${blockSize},p=${parallelism}$`;

/** Longer ones are refused: hashing must not be a way to keep the service busy. */
export const longestPassword = 256;

/** What may be kept of a password (scrypt, RFC 7914; PHC string format). Takes about a fifth of a second of one core. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${prefix}${base64(salt)}$${base64(await derive(password, salt))}`;
}

/** Whether the hash was made of this password, in a time that does not tell how far they agree. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [salt, expected, ...rest] = hash.startsWith(prefix) ? hash.slice(prefix.length).split('$') : [];
  if (salt === undefined || expected === undefined || rest.length > 0) {
    throw new TypeError('password hash was not made with the settings in force');
  }
  const known = Buffer.from(expected, 'base64');
  const derived = await derive(password, Buffer.from(salt, 'base64'));
  return known.length === hashBytes && timingSafeEqual(derived, known);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (password.length > longestPassword) throw new RangeError(`password is longer than ${longestPassword} characters`);
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
