import { readFileSync } from 'node:fs';

/** The compiled `authz.rego`, entry point `zt/authz/decision`. It is committed, so running the system needs no OPA. */
export const policyWasm: Uint8Array<ArrayBuffer> = new Uint8Array(
  readFileSync(new URL('../policy.wasm', import.meta.url)),
);
