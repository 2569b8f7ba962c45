import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessGraph } from '@zt/access-graph';
import { type ConnectivityPrograms, checkOverlay } from './check-overlay.ts';
import { type ManifestObject, parseManifests } from './manifest-object.ts';
import { type OverlayRules, overlayRules } from './overlay-rules.ts';
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
export async function checkManifests(check: ManifestCheck): Promise<ManifestReport> {
  const { root, folder, graph, programs, schemas } = check;
  const temporary = await mkdtemp(join(tmpdir(), 'zt-schemas-'));
  try {
    const known = [...(await publishedSchemas(root, programs['cilium-policy'], temporary)), ...schemas];
    const rules = overlayRules(graph);
    const names = new Set([...(await readdir(folder)), ...Object.keys(rules)]);
    const reports: ManifestReport[] = [];
    // One after the other: each program uses every core.
    for (const name of [...names].toSorted()) reports.push(await reportOn(name, rules[name], check, known));
    return { lines: reports.flatMap(({ lines }) => lines), faults: reports.flatMap(({ faults }) => faults) };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

async function reportOn(
  name: string,
  rules: OverlayRules | undefined,
  { folder, graph, programs, schemas }: ManifestCheck,
  known: readonly string[],
): Promise<ManifestReport> {
  if (rules === undefined) return { lines: [], faults: [`${name}: nobody said what has to hold of this overlay`] };
  const faults: string[] = [];
  try {
    const objects = parseManifests(await outputOf(programs.kustomize, ['build', join(folder, name)]));
    const [visible, invisible] = bySchema(objects, schemas.length > 0);
    const invalid = await validateObjects(programs['kubectl-validate'], visible, known);
    faults.push(...invalid);
    const findings = await checkOverlay(graph, objects, rules, programs);
    faults.push(...findings.flatMap((finding) => finding.faults));
    const compared = findings.map(({ by, connections }) => `${connections} connections by ${by}`).join('; ');
    const unseen = invisible.length === 0 ? '' : `, ${invisible.length} NOT VALIDATED`;
    const valid = visible.length - new Set(invalid.map((fault) => fault.split(':')[0])).size;
    return {
      lines: [`${name}: ${objects.length} objects, ${valid} valid${unseen}; ${compared}`],
      faults: named(faults),
    };
  } catch (error) {
    // What can't be built or read is a fault of this overlay; the others are looked at all the same.
    return { lines: [], faults: named([...faults, error instanceof Error ? error.message : String(error)]) };
  }

  function named(texts: readonly string[]): string[] {
    return texts.map((text) => `${name}: ${text}`);
  }
}

/** Linkerd's schemas are in no module that Go's proxies have, so its objects take a folder that somebody gives. */
function bySchema(objects: readonly ManifestObject[], areGiven: boolean): [ManifestObject[], ManifestObject[]] {
  const isKnown = ({ apiVersion }: ManifestObject): boolean => areGiven || !apiVersion.startsWith('policy.linkerd.io/');
  return [objects.filter(isKnown), objects.filter((object) => !isKnown(object))];
}
