import { accessGraph, findMethod } from '@zt/access-graph';
import { allowed, codeOfReason } from '../matrix/expected-verdict.ts';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import type { BypassFault, BypassPath, NoFault } from './bypass-path.ts';
import { goodPaths } from './good-tokens.ts';
import { peerFaults } from './peer-faults.ts';
import { signedTokenFaults } from './signed-token-faults.ts';
import { tokenFaults } from './token-faults.ts';

const noFault: NoFault = { at: 'nothing', id: 'none', title: 'with all that it takes' };

const faults: readonly BypassFault[] = [noFault, ...peerFaults, ...tokenFaults, ...signedTokenFaults];

/** Every allowed path of the access matrix, with each fault that can be on it. */
export const bypassMatrix: readonly BypassPath[] = goodPaths.flatMap((path) =>
  faults.filter(({ fits }) => fits?.(path) ?? true).map((fault) => bypassPath(path, fault)),
);

function bypassPath(path: MatrixPath, fault: BypassFault): BypassPath {
  const { from, to } = path;
  const who = from === 'user' ? 'a user' : from;
  const name = path.id.slice(path.id.lastIndexOf('/') + 1);
  return {
    id: `bypass/${from}-${to}/${name}/${fault.id}`,
    title: `${who} calls ${to}'s ${name} ${fault.title}`,
    path,
    fault,
    expected: expectedOf(path, fault),
  };
}

function expectedOf(path: MatrixPath, fault: BypassFault): BypassPath['expected'] {
  switch (fault.at) {
    case 'nothing':
      return allowed;
    case 'handshake':
      return { code: 'UNAVAILABLE', reasons: [fault.reason] };
    case 'token': {
      const { roles, observe } = findMethod(accessGraph, path.method).method;
      // Nobody has a role without a token that counts.
      const lacksRole = roles !== null && fault.verifies !== true && !observe.includes('role_missing');
      return {
        code: codeOfReason(fault.reason, path.door),
        reasons: lacksRole ? [fault.reason, 'role_missing'] : [fault.reason],
      };
    }
  }
}
