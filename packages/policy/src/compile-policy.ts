import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const policyFolder = join(import.meta.dirname, '..');
export const policyModule = join(policyFolder, 'policy.wasm');

/**
 * Compiles `authz.rego` to WebAssembly. The same source and the same OPA give the same bytes: the module holds the
 * source's path as it was given, so it is always given as `authz.rego`.
 */
export function compilePolicy(opa: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'zt-policy-'));
  try {
    const bundle = join(folder, 'bundle.tar.gz');
    execFileSync(
      opa,
      ['build', '--target', 'wasm', '--entrypoint', 'zt/authz/decision', '--output', bundle, 'authz.rego'],
      {
        cwd: policyFolder,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    execFileSync('tar', ['-xzf', bundle, '-C', folder], { stdio: 'ignore' });
    return readFileSync(join(folder, 'policy.wasm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
