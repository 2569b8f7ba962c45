import { writeFileSync } from 'node:fs';
import { compilePolicy, policyModule } from './compile-policy.ts';
import { findOpa, howToGetOpa } from './find-opa.ts';

const opa = findOpa(process.env);
if (opa === undefined) {
  process.stderr.write(`${howToGetOpa}\n`);
  process.exit(1);
}
const wasm = compilePolicy(opa);
writeFileSync(policyModule, wasm);
process.stdout.write(`policy.wasm: ${wasm.length} bytes\n`);
