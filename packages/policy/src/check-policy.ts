import { readFileSync } from 'node:fs';
import { compilePolicy, policyModule } from './compile-policy.ts';
import { findOpa, howToGetOpa } from './find-opa.ts';

// A check that could not run is a failure where somebody relies on it, and a plain sentence elsewhere.
const opa = findOpa(process.env);
if (opa === undefined) {
  console.error(`policy.wasm was NOT compared with authz.rego. ${howToGetOpa}`);
  process.exit(process.env['CI'] === 'true' ? 1 : 0);
}
if (!compilePolicy(opa).equals(readFileSync(policyModule))) {
  console.error('policy.wasm is not what authz.rego compiles to. Run `pnpm --filter @zt/policy build` and commit it.');
  process.exit(1);
}
console.log('policy.wasm is what authz.rego compiles to, byte for byte.');
