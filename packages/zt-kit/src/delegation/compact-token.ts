import { ZeroTrustError } from '../errors.ts';
import { factLimits } from '../limits.ts';
import { parseUniqueJson } from './unique-json.ts';

/** What a token says, before anybody has checked it. */
export interface CompactToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const longestTokenBytes = factLimits.tokenBytes;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a JWS in compact form apart (RFC 7515, section 3.1), or throws `token_malformed`.
 * One signature has 16 spellings in base64url, and padding or spaces make more. Only the canonical one is a token here:
 * whatever keeps or forbids tokens by their text can't be tricked by respelling.
 */
export function parseCompactToken(token: string): CompactToken {
  if (token.length > longestTokenBytes) throw malformed(`token is longer than ${longestTokenBytes} bytes`);
  const segments = token.split('.');
  const [header, payload, signature] = segments;
  if (header === undefined || payload === undefined || signature === undefined || segments.length !== 3) {
    throw malformed('token does not have three segments');
  }
  const [headerBytes, payloadBytes] = [decodeCanonical(header), decodeCanonical(payload), decodeCanonical(signature)];
  return { header: parseSegment(headerBytes, 'header'), claims: parseSegment(payloadBytes, 'payload') };
}

function decodeCanonical(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== segment) {
    throw malformed('token has a segment that is empty or not canonical base64url');
  }
  return bytes;
}

function parseSegment(bytes: Buffer, name: string): Readonly<Record<string, unknown>> {
  try {
    return parseUniqueJson(utf8.decode(bytes));
  } catch {
    // Without the cause: what JSON.parse says repeats a piece of the token.
    throw malformed(`token ${name} is not a JSON object with each name once`);
  }
}

function malformed(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
