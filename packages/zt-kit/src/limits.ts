// Every limit on whoever sends too much, too often or too slowly: what it bounds, in which unit, and what it is against. Node and
// gRPC have hardly any by default. Together they bound a service's memory: with requests that it does not finish, one workload
// takes at most `callsOfPeer` × `requestBytes` of it, and whoever has no SVID nothing but sockets.

const KiB = 1024;
const MiB = 1024 * KiB;

const limits = <Name extends string>(values: Record<Name, number>): Readonly<Record<Name, number>> =>
  Object.freeze(values);

/** Before anybody knows who is there. */
export const handshakeLimits = limits({
  /** Milliseconds from the connection to the end of the handshake. Against handshakes that never begin, or never end. */
  handshakeMs: 5_000,
  /** Connections in their handshake at once; one more, and the oldest has to go. Against floods that leave no room for others. */
  handshakesUnderWay: 256,
  /** Connections at once, in their handshake or after it; one more is not taken. Against the end of file descriptors. */
  connections: 1_000,
});

/** Of refused handshakes and connections that were cut, those with a record of their own. Against a full disk and ledger. */
export const refusedHandshakeLimits = limits({
  /** Seconds in which they are counted. */
  windowSeconds: 10,
  /** Records of one reason from one address. */
  recordsOfAddress: 20,
  /** Records of one reason from all addresses. */
  recordsInAll: 200,
});

/** Of one workload, whatever it proved to be. */
export const peerLimits = limits({
  /** Connections at once, of all its copies; one more is refused. Against one workload that takes the room of all others. */
  connectionsOfPeer: 128,
  /** Calls under way at once, over all its connections; one more is reset. Against memory taken by calls that do not end. */
  callsOfPeer: 512,
});

/** Of one connection, after its handshake: who does more than this is cut off, and that is recorded. */
export const connectionLimits = limits({
  /** PING and SETTINGS frames in ten seconds. Against floods of them: each has to be answered. */
  controlFrames: 200,
  /** Bytes received in ten seconds. Against floods of frames that nobody counts, such as WINDOW_UPDATE. */
  receivedBytes: 64 * MiB,
  /** Calls that the peer resets: so many at once, then so many in a second. Against rapid reset (CVE-2023-44487). */
  resetBurst: 200,
  resetsPerSecond: 33,
  /** Settings in one SETTINGS frame. Against floods of them. */
  settings: 32,
  /** Frames that break the protocol, and calls that were refused for it. Against peers that try out what happens. */
  invalidFrames: 100,
  rejectedCalls: 100,
  /** Milliseconds without a byte, after which a peer is asked whether it is there; it has a third of that to say so. Against
   * slow prefaces and dead connections. */
  silenceMs: 30_000,
  /** Milliseconds without a call. Against connections that nobody needs. */
  idleMs: 10 * 60_000,
});

/**
 * How requests may be encoded: nobody here compresses, and whoever does is cut off. Against bombs: grpc-js unfolds all that
 * came at once, each up to the longest message, a thousand times what was sent.
 */
export const requestEncodings: readonly string[] = Object.freeze(['identity']);

/** Of one call. */
export const callLimits = limits({
  /** At once on one connection; the peer is told so, and may not begin more. */
  callsOfConnection: 256,
  /** Bytes of all headers, as HTTP/2 counts them (RFC 9113, section 6.5.2). Against metadata bombs. A token has 8 KiB. */
  metadataBytes: 16 * KiB,
  /** Headers. Against many small ones. */
  metadataEntries: 64,
  /** Bytes of one message. Against memory; batches of records, the longest there are, have 256 KiB. */
  requestBytes: 512 * KiB,
  answerBytes: 4 * MiB,
  /** Mebibytes that HTTP/2 keeps for one connection. */
  sessionMebibytes: 16,
  /** Milliseconds for a call whose caller set no deadline, or a longer one; for a stream of answers, until its request is
   * there. Against calls that never end. */
  callMs: 10_000,
  /** Milliseconds in which the peer takes nothing of an answer that waits. Against streams that nobody reads. */
  unreadMs: 15_000,
});

/** Of what stands in a call, before it is believed. */
export const factLimits = limits({
  /** Bytes of a token. */
  tokenBytes: 8 * KiB,
  /** Characters of a text that policy and ledger get to see. Against long records. */
  textCharacters: 256,
  /** Bytes of what policy is asked: its memory grows with the longest input, and never shrinks. */
  policyInputBytes: 32 * KiB,
});

/** For clients without an SVID. */
export const httpsLimits = limits({
  handshakeMs: 5_000,
  /** Milliseconds until all headers are there, and until the whole request is. Against slow requests. */
  headersMs: 5_000,
  requestMs: 10_000,
  /** Milliseconds without a byte from either side. Against answers that nobody takes. */
  idleMs: 30_000,
  /** Bytes of all headers with the address. */
  headerBytes: 16 * KiB,
  /** Characters of the address, and bytes of a body, that the gateway takes. */
  urlCharacters: 2_048,
  bodyBytes: 64 * KiB,
  /** Connections on which nothing was asked yet; one more, and the oldest has to go. Against floods that leave no room for others. */
  silentConnections: 256,
  connections: 1_000,
});

/** Of what others answer to this process. */
export const answerLimits = limits({
  /** Bytes of one gRPC message; compressed ones are counted as they unfold. */
  grpcBytes: 4 * MiB,
  /** Bytes of a JSON document of an issuer's or a third party's. */
  jsonBytes: 256 * KiB,
  /** Bytes of an answer of Vault's. */
  vaultBytes: MiB,
});
