import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessGraph } from '@zt/access-graph';
import { type ConnectivityPrograms, checkOverlay } from './check-overlay.ts';
import { type ManifestObject, parseManifests } from './manifest-object.ts';
import { overlayRules } from './overlay-rules.ts';
import { publishedSchemas } from './published-schemas.ts';
import { outputOf } from './run-program.ts';
import { validateObjects } from './validate-objects.ts';

export interface ManifestPrograms extends ConnectivityPrograms {
  readonly kustomize: string;
  readonly 'kubectl-validate': string;
}

export interface ManifestReport {
  readonly lines: readonly string[];
  /** Each names the overlay. */
  readonly faults: readonly string[];
}

export interface ManifestCheck {
  readonly root: string;
  /** Where overlays are, each a folder. */
  readonly folder: string;
  readonly graph: AccessGraph;
  readonly programs: ManifestPrograms;
  /** Folders of CustomResourceDefinitions besides those that are fetched. */
  readonly schemas: readonly string[];
}

/** Builds every overlay, validates all that comes of it, and compares what it lets through with the access graph. */
export async function checkManifests({
  root,
  folder,
  graph,
  programs,
  schemas,
}: ManifestCheck): Promise<ManifestReport> {
  const temporary = await mkdtemp(join(tmpdir(), 'zt-schemas-'));
  const lines: string[] = [];
  const faults: string[] = [];
  try {
    const known = [...(await publishedSchemas(root, programs['cilium-policy'], temporary)), ...schemas];
    const rules = overlayRules(graph);
    const names = new Set([...(await readdir(folder)), ...Object.keys(rules)]);
    for (const name of [...names].toSorted()) {
      const own = rules[name];
      if (own === undefined) {
        faults.push(`${name}: nobody said what has to hold of this overlay`);
        continue;
      }
      const objects = parseManifests(await outputOf(programs.kustomize, ['build', join(folder, name)]));
      const [valid, invisible] = bySchema(objects, schemas.length > 0);
      const invalid = await validateObjects(programs['kubectl-validate'], valid, known);
      const findings = await checkOverlay(graph, objects, own, programs);
      faults.push(
        ...[...invalid, ...findings.flatMap((finding) => finding.faults)].map((fault) => `${name}: ${fault}`),
      );
      const compared = findings.map(({ by, connections }) => `${connections} connections by ${by}`);
      const unseen = invisible.length === 0 ? '' : `, ${invisible.length} NOT VALIDATED`;
      lines.push(
        `${name}: ${objects.length} objects, ${valid.length - invalid.length} valid${unseen}; ${compared.join('; ')}`,
      );
    }
  } finally {
    await rm(temporary, { recursive: true });
  }
  return { lines, faults };
}

/** Linkerd's schemas are in no module that Go's proxies have, so its objects take a folder that somebody gives. */
function bySchema(objects: readonly ManifestObject[], areGiven: boolean): [ManifestObject[], ManifestObject[]] {
  const isKnown = ({ apiVersion }: ManifestObject): boolean => areGiven || !apiVersion.startsWith('policy.linkerd.io/');
  return [objects.filter(isKnown), objects.filter((object) => !isKnown(object))];
}
