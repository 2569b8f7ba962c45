import type { ComposeDocument } from '../compose-file.ts';

/** A change of the compose file that breaks one rule, and what is said of it. */
export interface BrokenFile {
  readonly rule: string;
  readonly what: string;
  change(document: ComposeDocument): void;
  readonly fault: string;
}

type Settings = Record<string, unknown>;

export const brokenFiles: readonly BrokenFile[] = [
  broken('The root file system of every container is read-only', 'order may write', {
    service: { order: { read_only: false } },
    fault: 'order: may write to its root file system',
  }),
  broken('Every container drops all capabilities, and gets none back', 'order keeps some', {
    service: { order: { cap_drop: ['NET_RAW'] } },
    fault: 'order: drops NET_RAW instead of ALL',
  }),
  broken('Every container drops all capabilities, and gets none back', 'spire-agent gets one back', {
    service: { 'spire-agent': { cap_add: ['SYS_PTRACE'] } },
    fault: 'spire-agent: gets SYS_PTRACE back',
  }),
  broken('No container can gain privileges', 'vault says nothing of it', {
    service: { vault: { security_opt: [] } },
    fault: 'vault: has no no-new-privileges',
  }),
  broken('No container can gain privileges', 'vault goes without seccomp', {
    service: { vault: { security_opt: ['no-new-privileges:true', 'seccomp:unconfined'] } },
    fault: 'vault: asks for seccomp:unconfined',
  }),
  broken('Every container runs as 999:999, and only engine-reader as 0:999', 'prepare runs as root', {
    service: { prepare: { user: '0:0' } },
    fault: 'prepare: runs as 0:0 instead of 999:999',
  }),
  broken('Every container runs as 999:999, and only engine-reader as 0:999', 'gateway leaves it to its image', {
    service: { gateway: { user: undefined } },
    fault: 'gateway: runs as whom its image says instead of 999:999',
  }),
  broken('No container is privileged, and none gets a device', 'spire-agent is privileged', {
    service: { 'spire-agent': { privileged: true } },
    fault: 'spire-agent: is privileged',
  }),
  broken("No container is in the host's network, or in another's", "payment is in gateway's", {
    service: { payment: { network_mode: 'service:gateway' } },
    fault: 'payment: has the network mode service:gateway',
  }),
  broken("Only spire-agent sees the host's processes, for it attests them", 'audit sees them too', {
    service: { audit: { pid: 'host' } },
    fault: 'audit: sees processes of host',
  }),
  broken("Only spire-agent sees the host's processes, for it attests them", 'spire-agent sees none', {
    service: { 'spire-agent': { pid: undefined } },
    fault: 'spire-agent: can attest nobody without pid: host',
  }),
  broken('Every container has a limit of memory', 'identity has none', {
    service: { identity: { mem_limit: undefined } },
    fault: 'identity: has no mem_limit',
  }),
  broken('Every container has a limit of processes', 'identity has none', {
    service: { identity: { pids_limit: -1 } },
    fault: 'identity: has no pids_limit',
  }),
  broken('The log of every container is limited', "postgres's log grows", {
    service: { postgres: { logging: { driver: 'json-file', options: { 'max-size': '1m' } } } },
    fault: 'postgres: has a log without max-file',
  }),

  broken('Whatever runs as long as the stack is started again when it ends', 'vault is not', {
    service: { vault: { restart: 'on-failure' } },
    fault: 'vault: has the restart policy on-failure',
  }),
  broken('Whatever runs as long as the stack says whether it is ready', 'nobody asks order', {
    service: { order: { healthcheck: { disable: true } } },
    fault: 'order: has no healthcheck',
  }),
  broken('Whatever runs as long as the stack is given a time to stop in', 'audit is not', {
    service: { audit: { stop_grace_period: undefined } },
    fault: 'audit: has no stop_grace_period',
  }),
  broken('A step that others wait for is not started again when it has ended', 'bootstrap is', {
    service: { bootstrap: { restart: 'always' } },
    fault: 'bootstrap: has the restart policy always',
  }),
  broken('What people start themselves is in the profile story, and nothing else is', 'demo starts with the stack', {
    service: { demo: { profiles: [] } },
    fault: 'demo: starts with the stack, or in another profile than story',
  }),
  broken('What people start themselves is in the profile story, and nothing else is', 'audit has to be asked for', {
    service: { audit: { profiles: ['ledger'] } },
    fault: 'audit: is in the profile ledger',
  }),
  broken('Nothing that starts with the stack waits for what people start themselves', 'order waits for a trial', {
    service: { order: { depends_on: { e2e: { condition: 'service_healthy' } } } },
    fault: 'order: waits for e2e',
  }),

  broken('Only gateway publishes a port, and that on loopback', 'gateway publishes to all the world', {
    service: { gateway: { ports: ['8443:8444'] } },
    fault: 'gateway: publishes 8443:8444',
  }),
  broken('Only gateway publishes a port, and that on loopback', 'vault publishes one', {
    service: { vault: { ports: ['127.0.0.1:8200:8200'] } },
    fault: 'vault: publishes 127.0.0.1:8200:8200',
  }),
  broken("Only engine-reader has the engine's socket", 'spire-agent has it', {
    service: { 'spire-agent': { volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro'] } },
    fault: "spire-agent: has the engine's socket",
  }),
  broken("Of the machine nothing is mounted but the engine's socket", 'zt has a home', {
    service: { zt: { volumes: ['~/.zt:/state:ro', './infra:/infra:ro'] } },
    fault: 'zt: mounts ~/.zt, ./infra',
  }),
  broken('No setting holds a secret', 'bootstrap is told a password', {
    service: { bootstrap: { environment: { POSTGRES_PASSWORD: 'tea' } } },
    fault: 'bootstrap: says POSTGRES_PASSWORD',
  }),
  broken('No setting holds a secret', 'payment is told one under other names', {
    service: {
      payment: { environment: ['DATABASE=postgres://payment:tea@postgres/payment', `CARDS=${'a1b2'.repeat(8)}`] },
    },
    fault: 'payment: says DATABASE, CARDS',
  }),
  broken('No file of settings has to be there', 'identity wants one', {
    service: { identity: { env_file: '.env' } },
    fault: 'identity: asks for an env_file',
  }),

  broken('A container has the identity of its own name, and no other', 'inventory is labelled as payment', {
    service: { inventory: { labels: { 'example.zt.workload': 'payment' } } },
    fault: 'inventory: is labelled as payment',
  }),
  broken('A container has the identity of its own name, and no other', 'demo is somebody', {
    service: { demo: { labels: ['example.zt.workload=order'] } },
    fault: 'demo: is labelled as order',
  }),
  broken('A container has the identity of its own name, and no other', 'payment may be anybody', {
    service: { payment: { labels: ['example.zt.workload=trial'] } },
    fault: 'payment: is labelled as trial',
  }),
  broken('Every workload of the access graph has a container that is labelled so', 'nobody is the trust updater', {
    service: { 'trust-updater': { labels: {} } },
    fault: 'trust-updater: nobody is labelled so',
  }),

  broken('Every image is built here, or is of the version that the native stack runs', 'vault is another version', {
    service: { vault: { image: 'hashicorp/vault:latest' } },
    fault: 'vault: runs hashicorp/vault:latest instead of 1.21.0',
  }),
  broken(
    'Every image is built here, or is of the version that the native stack runs',
    'order is taken from elsewhere',
    {
      service: { order: { image: 'zero-trust/ordre', build: undefined } },
      fault: 'order: runs zero-trust/ordre, which nobody builds',
    },
  ),

  {
    rule: 'On the network of a callee are the callee and exactly its callers by the access graph',
    what: 'gateway gets to payment',
    change({ services }) {
      replaceIn(services, { gateway: { networks: { ...Object(services.gateway?.networks), payment: null } } });
    },
    fault: 'payment: gateway has no business there',
  },
  broken(
    'On the network of a callee are the callee and exactly its callers by the access graph',
    'the card network cannot be reached',
    {
      service: { 'card-network': { networks: { 'card-network-admin': null } } },
      fault: 'internet: card-network is missing',
    },
  ),
  broken('Every network that a container is on is one of the file', 'audit is on another', {
    service: { audit: { networks: ['lan'] } },
    fault: 'audit: is on lan',
  }),
  broken('A container without a network says so', 'prepare says nothing', {
    service: { prepare: { network_mode: undefined } },
    fault: 'prepare: has 0 networks and the mode undefined',
  }),
  broken('No network has a way out but internet', 'order has one', {
    network: { order: { internal: false } },
    fault: 'order: has a way out',
  }),
  broken('No network has a way out but internet', 'gateway has one', {
    network: { gateway: { driver_opts: {} } },
    fault: 'gateway: has a way out',
  }),
  broken("The engine's machine has no address on a network without a way out", 'vault shares its own with it', {
    network: { vault: { driver_opts: {} } },
    fault: "vault: has the engine's machine on it",
  }),
  broken("A service's name is known on its own network, and there only", 'trust-updater calls itself Vault', {
    service: { 'trust-updater': { networks: { vault: { aliases: ['vault.internal'] } } } },
    fault: 'trust-updater: is vault.internal on vault',
  }),
  broken('No container is given an address that it cannot reach', 'inventory is told of payment', {
    service: { inventory: { environment: { PAYMENT_ADDRESS: 'payment.internal:8443' } } },
    fault: 'inventory: is told where payment is',
  }),
  {
    rule: 'What people start themselves is on every network: it tests what services refuse, not what networks do',
    what: 'demo is kept from payment',
    change({ services, networks }) {
      const others = Object.keys(networks).filter((network) => network !== 'payment');
      replaceIn(services, { demo: { networks: others } });
    },
    fault: 'demo: is not on payment',
  },

  broken('What holds keys is mounted by those only to whom it belongs', "audit reads Vault's unseal key", {
    service: { audit: { volumes: ['vault-unseal-key:/unseal:ro', 'spool-audit:/spool'] } },
    fault: 'audit: mounts vault-unseal-key',
  }),
  broken('What holds keys is mounted by those only to whom it belongs', "audit reads the users' passwords", {
    service: { audit: { volumes: ['workload-api:/run/spire/agent:ro', 'stack:/stack:ro'] } },
    fault: 'audit: mounts stack',
  }),
  broken("Nobody but its server can put a socket in the place of a server's", 'order may write where it is', {
    service: { order: { volumes: ['workload-api:/run/spire/agent'] } },
    fault: 'order: may write beside the socket of workload-api',
  }),
];

interface Breakage {
  /** Settings that are put in the place of those that the file has. */
  readonly service?: Readonly<Record<string, Settings>>;
  readonly network?: Readonly<Record<string, Settings>>;
  readonly fault: string;
}

function broken(rule: string, what: string, { service = {}, network = {}, fault }: Breakage): BrokenFile {
  return {
    rule,
    what,
    fault,
    change({ services, networks }) {
      replaceIn(services, service);
      replaceIn(networks, network);
    },
  };
}

function replaceIn(all: ComposeDocument['services'], changes: Readonly<Record<string, Settings>>): void {
  for (const [name, settings] of Object.entries(changes)) all[name] = { ...all[name], ...settings };
}
