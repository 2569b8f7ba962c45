/** The PEM files of a server's SVID, kept up to date by somebody else. Absolute paths. */
export interface ServerCertificateFiles {
  /** The leaf, then what is between it and the authority. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The authorities of the trust domain. */
  readonly bundleFile: string;
}
