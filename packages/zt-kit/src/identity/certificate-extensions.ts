// @peculiar/x509 resolves its parsers through decorators' metadata and does not load the polyfill itself.
import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';

/** What an X.509-SVID's rules look at. */
export interface CertificateExtensions {
  /** In the order of the certificate (RFC 5280, section 4.2.1.6). */
  readonly uriNames: readonly string[];
  /** Whether it may sign anything that is not its own: the CA flag, or either of the key usages that come with it. */
  readonly signsOthers: boolean;
}

/**
 * Reads the parsed extensions, never the texts that `node:crypto` and TLS sockets give: names in those are quoted and
 * can hold commas, and `ca` is true only where the flag and the key usages agree. Throws a `TypeError` where one of them
 * can't be read.
 */
export function certificateExtensionsOf(certificate: X509Certificate): CertificateExtensions {
  try {
    return readExtensions(new ParsedCertificate(certificate.raw));
  } catch (cause) {
    throw new TypeError('certificate has an extension that cannot be read', { cause });
  }
}

function readExtensions(parsed: ParsedCertificate): CertificateExtensions {
  const names = parsed.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages ?? 0;
  return {
    uriNames: names.filter((name) => name.type === 'url').map((name) => name.value),
    signsOthers:
      parsed.getExtension(BasicConstraintsExtension)?.ca === true ||
      (usages & (KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)) !== 0,
  };
}
