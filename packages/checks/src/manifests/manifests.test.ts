import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { describeWithPrograms } from '@zt/local-stack/describe-with-programs';
import { manifestProgramNames } from '@zt/local-stack/programs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkManifests } from './check-manifests.ts';

const root = resolve(import.meta.dirname, '../../../..');
/** All overlays at once: each is built, and thousands of connections are asked for. */
const timeout = 120_000;

await describeWithPrograms(
  'the manifests for Kubernetes',
  manifestProgramNames,
  (programs) => {
    let kubernetes: string;

    beforeEach(async () => {
      kubernetes = await mkdtemp(join(tmpdir(), 'zt-kubernetes-'));
      await cp(join(root, 'infra/kubernetes'), kubernetes, { recursive: true });
    });

    afterEach(() => rm(kubernetes, { recursive: true }));

    const faultsOf = async (): Promise<readonly string[]> => {
      const folder = join(kubernetes, 'overlays');
      return (await checkManifests({ root, folder, graph: accessGraph, programs, schemas: [] })).faults;
    };
    const change = async (file: string, from: string, to: string): Promise<void> => {
      const path = join(kubernetes, file);
      const text = await readFile(path, 'utf8');
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
    };

    test('build, are valid, and let through exactly what the access graph asks for', async () => {
      expect(await faultsOf()).toEqual([]);
    });

    test('name what is wrong with them: a door more, a door less, a field that is none, an overlay that nobody knows', async () => {
      // The base is in all overlays; Cilium's has policies of its own.
      await change(
        'base/payment.yaml',
        'app.kubernetes.io/name: order\n      ports',
        'app.kubernetes.io/name: inventory\n      ports',
      );
      await change(
        'base/inventory.yaml',
        'app.kubernetes.io/name: audit\n      ports',
        'app.kubernetes.io/name: payment\n      ports',
      );
      await change('overlays/cilium/cilium-network-policy.yaml', 'port: "5432"', 'port: "5433"');
      await change('overlays/istio-strict/authorization-policy.yaml', 'principals:', 'principal:');
      await cp(join(kubernetes, 'overlays/plain'), join(kubernetes, 'overlays/other'), { recursive: true });
      const inTheBase = (overlay: string): string[] => [
        `${overlay}: inventory > audit:8443 is shut, and the access graph asks for it`,
        `${overlay}: inventory > payment:8443 is open, and nothing in the access graph asks for it`,
        `${overlay}: order > payment:8443 is shut, and the access graph asks for it`,
      ];
      expect(await faultsOf()).toEqual([
        'cilium: order > postgres:5432 is shut, and the access graph asks for it',
        ...inTheBase('istio-dry-run'),
        ...inTheBase('istio-permissive'),
        expect.stringMatching(/^istio-strict: AuthorizationPolicy order: .*source\.principal: .*unknown field/),
        expect.stringMatching(/^istio-strict: AuthorizationPolicy order says something that is not understood here/),
        ...inTheBase('linkerd'),
        'other: nobody said what has to hold of this overlay',
        ...inTheBase('plain'),
      ]);
    });
  },
  { timeout },
);
