import { inNamespace, type Manifest } from '../../manifest.ts';

/** Whether sidecars let in who has none (`PERMISSIVE`). It is of the whole namespace. */
export function peerAuthentication(mode: 'PERMISSIVE' | 'STRICT'): Manifest {
  return inNamespace('security.istio.io/v1', 'PeerAuthentication', 'default', { spec: { mtls: { mode } } });
}
