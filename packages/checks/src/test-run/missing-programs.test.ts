import { expect, test } from 'vitest';
import { canRunNativeWithout, leftOutWithout } from './missing-programs.ts';

test('nothing is left out where every program is at hand', () => {
  expect(leftOutWithout([])).toEqual([]);
});

test('what is left out is named, with the missing programs and the command that includes it', () => {
  const [first, second] = leftOutWithout(['vault', 'opa']);
  expect(first).toBe(
    "LEFT OUT: the policy's own tests; all that needs real SPIRE and Vault, with the paths on the native stack: " +
      'for want of vault, opa.',
  );
  expect(second).toContain('npx -y pnpm@12 test --all');
});

test('without Dex alone, only the paths with Dex are left out', () => {
  expect(leftOutWithout(['dex'])[0]).toBe("LEFT OUT: another issuer in the own provider's place: for want of dex.");
  expect(canRunNativeWithout(['dex', 'opa'])).toBe(true);
  expect(canRunNativeWithout(['dex', 'vault'])).toBe(false);
});

test('without OPA alone, the paths on the native stack are not left out', () => {
  expect(leftOutWithout(['opa'])[0]).toBe("LEFT OUT: the policy's own tests: for want of opa.");
});

test('without go-spiffe alone, only that client is left out', () => {
  expect(leftOutWithout(['go-spiffe-client'])[0]).toBe(
    'LEFT OUT: go-spiffe as a client of the development Workload API: for want of go-spiffe-client.',
  );
  expect(canRunNativeWithout(['go-spiffe-client', 'dex'])).toBe(true);
});

test('without a program for the manifests alone, only those are left out', () => {
  expect(leftOutWithout(['cyclonus'])[0]).toBe('LEFT OUT: the manifests for Kubernetes: for want of cyclonus.');
  expect(canRunNativeWithout(['cyclonus', 'kustomize'])).toBe(true);
});
