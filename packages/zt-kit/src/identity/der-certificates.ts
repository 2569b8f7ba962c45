import { X509Certificate } from 'node:crypto';

/** Splits concatenated DER certificates (X.690: SEQUENCE, definite length). Throws a `TypeError` where bytes are left over or missing. */
export function derCertificates(bytes: Uint8Array): Buffer[] {
  const certificates: Buffer[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const length = sequenceLength(bytes, offset);
    if (offset + length > bytes.length) throw new TypeError('certificate is cut off');
    certificates.push(Buffer.from(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  return certificates;
}

/** Reads concatenated DER certificates. Throws a `TypeError` where one can't be read, or was not written as DER has it. */
export function parseCertificates(bytes: Uint8Array): X509Certificate[] {
  return derCertificates(bytes).map((der) => {
    const certificate = readOrNull(der);
    // OpenSSL would take PEM as well, wherever in the bytes it begins.
    if (certificate === null || !certificate.raw.equals(der)) throw new TypeError('bytes are not a DER certificate');
    return certificate;
  });
}

function readOrNull(der: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

function sequenceLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset + 1];
  if (bytes[offset] !== 0x30 || first === undefined) throw new TypeError('bytes are not a DER certificate');
  if (first < 0x80) return 2 + first;
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 3) throw new TypeError('certificate has no usable length');
  let length = 0;
  for (let index = 0; index < lengthBytes; index++) {
    const byte = bytes[offset + 2 + index];
    if (byte === undefined) throw new TypeError('certificate is cut off');
    length = length * 256 + byte;
  }
  return 2 + lengthBytes + length;
}
