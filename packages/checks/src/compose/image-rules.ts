import { type ComposeFile, servicesOf } from './compose-file.ts';
import type { ComposeRule } from './compose-rule.ts';
import { ruleOfEach } from './compose-rule.ts';

/** Official images by name, each with the tag of the version that the native stack runs. */
export type PinnedImages = Readonly<Record<string, string>>;

export interface PinSources {
  /** Versions by program, as the native stack has them. */
  readonly spire: string;
  readonly vault: string;
  /** Of pnpm-workspace.yaml: `18.4.0-beta.17` is a build of Postgres 18.4. */
  readonly embeddedPostgres: string;
  readonly node: string;
}

export function pinnedImages({ spire, vault, embeddedPostgres, node }: PinSources): PinnedImages {
  const postgres = embeddedPostgres.split('.').slice(0, 2).join('.');
  return {
    'ghcr.io/spiffe/spire-server': spire,
    'ghcr.io/spiffe/spire-agent': spire,
    'hashicorp/vault': vault,
    postgres: `${postgres}-bookworm`,
    node: `${node}-bookworm-slim`,
  };
}

export function imageRules(pinned: PinnedImages): readonly ComposeRule[] {
  return [
    ruleOfEach(
      'Every image is built here, or is of the version that the native stack runs',
      ({ image, build }, file) => {
        if (image === undefined) return build === undefined ? 'has no image' : 'builds an image without a name';
        return image.startsWith('zero-trust/') ? builtFault(image, file) : pinFault(image, pinned);
      },
    ),
  ];
}

/** What a Dockerfile takes from images that are not pinned. */
export function dockerfileFaults(dockerfile: string, pinned: PinnedImages): string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const defaults = new Map(lines.flatMap((line) => [...line.matchAll(/^ARG (\w+)=(\S+)/g)]).map(([, n, v]) => [n, v]));
  const resolve = (text: string): string => text.replaceAll(/\$\{?(\w+)\}?/g, (all, n) => defaults.get(n) ?? all);
  const stages = new Set(lines.flatMap((line) => /^FROM .* AS (\S+)/i.exec(line)?.[1] ?? []));
  const images = lines.flatMap((line) =>
    [
      /^FROM (?:--\S+ )*(\S+)/i,
      /^COPY .*--from=(\S+)/i,
      /^RUN .*--mount=\S*from=([^\s,]+)/i,
      /^# *syntax=(\S+)/,
    ].flatMap((form) => form.exec(line)?.[1] ?? []),
  );
  const foreign = images.map(resolve).filter((image) => image !== 'scratch' && !stages.has(image));
  return [...new Set(foreign)].flatMap((image) => pinFault(image, pinned) ?? []);
}

function builtFault(image: string, file: ComposeFile): string | null {
  const builds = servicesOf(file).some((service) => service.image === image && service.build !== undefined);
  return builds ? null : `runs ${image}, which nobody builds`;
}

function pinFault(image: string, pinned: PinnedImages): string | null {
  const [name = '', tag = 'latest'] = image.split(/:(?=[^/]*$)/);
  const wanted = pinned[name];
  if (wanted === undefined) return `runs ${image}, which the native stack knows nothing of`;
  return tag === wanted ? null : `runs ${image} instead of ${wanted}`;
}
