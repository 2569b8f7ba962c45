import type { Attempt } from './attempt.ts';
import { capturedGateway } from './other-side-captured.ts';
import { falseServers } from './other-side-servers.ts';

/** What becomes of whoever has got hold of one end of a connection. */
export const otherSide: readonly Attempt[] = [...falseServers, capturedGateway];
