/** A program that a stack runs, or the tests do; its version and where it comes from. */
export interface PinnedProgram {
  readonly name: ProgramName;
  readonly version: string;
  /** Prints the version; some print it to standard error. */
  readonly versionArgs: readonly string[];
  /** Null where the vendor has no release for this kind of machine. */
  release(platform: NodeJS.Platform, arch: string): VendorRelease | null;
  readonly build: GoBuild;
}

/** What builds and checks the manifests for Kubernetes. No stack needs them. */
export const manifestProgramNames = ['kustomize', 'kubectl-validate', 'cyclonus', 'cilium-policy'] as const;

export const programNames = [
  'spire-server',
  'spire-agent',
  'vault',
  'opa',
  'dex',
  'go-spiffe-client',
  ...manifestProgramNames,
] as const;
export type ProgramName = (typeof programNames)[number];

export interface VendorRelease {
  readonly archive: string;
  /** A file with lines of `<SHA-256> <name>`, published beside the archive. */
  readonly checksums: string;
  readonly format: 'tar.gz' | 'zip' | 'binary';
}

/** A build from the modules pinned in `infra/tools/<module>`. */
export interface GoBuild {
  readonly module: string;
  readonly packages: readonly string[];
  readonly tags: readonly string[];
  /** SPIRE's data store is sqlite, which is C; Dex has it built in as well. */
  readonly cgo: boolean;
  /** Variables that the linker sets, where the source does not know its own version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** On two cores, with nothing in Go's caches. */
  readonly expectedMinutes: number;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const systems: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'linux', darwin: 'darwin' };

export const pinnedPrograms: Readonly<Record<ProgramName, PinnedProgram>> = {
  'spire-server': {
    name: 'spire-server',
    version: '1.13.3',
    versionArgs: ['--version'],
    release: spireRelease,
    build: {
      module: 'spire',
      packages: ['github.com/spiffe/spire/cmd/spire-server'],
      tags: ['netgo', 'osusergo', 'sqlite_omit_load_extension'],
      cgo: true,
      expectedMinutes: 8,
    },
  },
  'spire-agent': {
    name: 'spire-agent',
    version: '1.13.3',
    versionArgs: ['--version'],
    release: spireRelease,
    build: {
      module: 'spire',
      packages: ['github.com/spiffe/spire/cmd/spire-agent'],
      tags: [],
      cgo: false,
      expectedMinutes: 2,
    },
  },
  vault: {
    name: 'vault',
    version: '1.21.0',
    versionArgs: ['version'],
    release: vaultRelease,
    build: {
      module: 'vault',
      packages: [
        'github.com/hashicorp/vault',
        'github.com/hashicorp/vault/plugins/database/postgresql/postgresql-database-plugin',
      ],
      tags: ['minimal'],
      cgo: false,
      expectedMinutes: 6,
    },
  },
  opa: {
    name: 'opa',
    version: '1.22.2',
    versionArgs: ['version'],
    release: opaRelease,
    build: { module: 'opa', packages: ['github.com/open-policy-agent/opa'], tags: [], cgo: false, expectedMinutes: 1 },
  },
  dex: {
    name: 'dex',
    version: '2.41.1',
    versionArgs: ['version'],
    // Its makers release container images only.
    release: () => null,
    build: {
      module: 'dex',
      packages: ['github.com/dexidp/dex/cmd/dex'],
      tags: ['netgo', 'osusergo', 'sqlite_omit_load_extension'],
      cgo: true,
      variables: { 'main.version': 'v2.41.1' },
      expectedMinutes: 2,
    },
  },
  // A client of the Workload API that is not ours, for the tests; only the few lines around it are from here.
  'go-spiffe-client': {
    name: 'go-spiffe-client',
    version: '2.9.0-1',
    versionArgs: ['--version'],
    release: () => null,
    build: { module: 'go-spiffe-client', packages: ['.'], tags: [], cgo: false, expectedMinutes: 1 },
  },
  kustomize: {
    name: 'kustomize',
    version: '5.8.1',
    versionArgs: ['version'],
    release: () => null,
    build: {
      module: 'kustomize',
      packages: ['sigs.k8s.io/kustomize/kustomize/v5'],
      tags: [],
      cgo: false,
      variables: { 'sigs.k8s.io/kustomize/api/provenance.version': 'v5.8.1' },
      expectedMinutes: 1,
    },
  },
  'kubectl-validate': {
    name: 'kubectl-validate',
    version: '0.0.4',
    // It does not say which version it is of, so none is taken from PATH.
    versionArgs: ['--version'],
    release: () => null,
    build: {
      module: 'kubernetes',
      packages: ['sigs.k8s.io/kubectl-validate'],
      tags: [],
      cgo: false,
      expectedMinutes: 2,
    },
  },
  cyclonus: {
    name: 'cyclonus',
    version: '0.5.6',
    versionArgs: ['version'],
    release: () => null,
    build: {
      module: 'kubernetes',
      packages: ['github.com/mattfenwick/cyclonus/cmd/cyclonus'],
      tags: [],
      cgo: false,
      variables: { 'github.com/mattfenwick/cyclonus/pkg/cli.version': 'v0.5.6' },
      expectedMinutes: 1,
    },
  },
  // Cilium's policy engine, for the tests; only the few lines around it are from here.
  'cilium-policy': {
    name: 'cilium-policy',
    version: '1.20.2-1',
    versionArgs: ['--version'],
    release: () => null,
    build: { module: 'cilium-policy', packages: ['.'], tags: [], cgo: false, expectedMinutes: 2 },
  },
};

function spireRelease(platform: NodeJS.Platform, arch: string): VendorRelease | null {
  const architecture = architectures[arch];
  if (platform !== 'linux' || architecture === undefined) return null;
  const base = `https://github.com/spiffe/spire/releases/download/v1.13.3/spire-1.13.3-linux-${architecture}-musl`;
  return { archive: `${base}.tar.gz`, checksums: `${base}_sha256sum.txt`, format: 'tar.gz' };
}

function vaultRelease(platform: NodeJS.Platform, arch: string): VendorRelease | null {
  const system = systems[platform];
  const architecture = architectures[arch];
  if (system === undefined || architecture === undefined) return null;
  const base = 'https://releases.hashicorp.com/vault/1.21.0/vault_1.21.0';
  return { archive: `${base}_${system}_${architecture}.zip`, checksums: `${base}_SHA256SUMS`, format: 'zip' };
}

function opaRelease(platform: NodeJS.Platform, arch: string): VendorRelease | null {
  const system = systems[platform];
  const architecture = architectures[arch];
  if (system === undefined || architecture === undefined) return null;
  const archive = `https://github.com/open-policy-agent/opa/releases/download/v1.22.2/opa_${system}_${architecture}_static`;
  return { archive, checksums: `${archive}.sha256`, format: 'binary' };
}
