import { createWorkloadX509Source } from '@zt/kit/workload-api';

/** A workload for tests: prints the SPIFFE ID and the DNS names that the agent gives it, or why it gets none. */
const socket = process.argv[2] ?? '';
try {
  const source = await createWorkloadX509Source({ socket, log: () => undefined, startTimeoutMs: 6000 });
  const { svid } = source.current();
  console.log(
    JSON.stringify({
      spiffeId: svid.spiffeId.uri,
      names: svid.certificates[0]?.subjectAltName,
      notAfter: svid.notAfter,
    }),
  );
  source.close();
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : 'unknown' }));
}
