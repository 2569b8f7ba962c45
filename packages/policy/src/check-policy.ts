import { readFileSync } from 'node:fs';
import { compilePolicy, policyModule } from './compile-policy.ts';
import { findOpa, howToGetOpa } from './find-opa.ts';

// A check that could not run is a failure where somebody relies on it, and a plain sentence elsewhere.
const opa = findOpa(process.env);
if (opa === undefined) {
  process.stderr.write(`policy.wasm was NOT compared with authz.rego. ${howToGetOpa}\n`);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}
if (!compilePolicy(opa).equals(readFileSync(policyModule))) {
  process.stderr.write(
    'policy.wasm is not what authz.rego compiles to. Run `npx -y pnpm@12 --filter @zt/policy build` and commit it.\n',
  );
  process.exit(1);
}
process.stdout.write('policy.wasm is what authz.rego compiles to, byte for byte.\n');
