import type { NamedService } from './compose-file.ts';
import { type ComposeRule, ruleOfEach } from './compose-rule.ts';

/** The one container with the engine's socket, which belongs to root and the engine's group. */
export const engineReader = 'engine-reader';
const spireAgent = 'spire-agent';

/** What every container is kept from, whatever runs in it. */
export const hardeningRules: readonly ComposeRule[] = [
  ruleOfEach('The root file system of every container is read-only', ({ read_only }) =>
    read_only ? null : 'may write to its root file system',
  ),
  ruleOfEach('Every container drops all capabilities, and gets none back', ({ cap_drop, cap_add }) => {
    if (!cap_drop.includes('ALL')) return `drops ${cap_drop.join(', ') || 'no capability'} instead of ALL`;
    return cap_add.length === 0 ? null : `gets ${cap_add.join(', ')} back`;
  }),
  ruleOfEach('No container can gain privileges', ({ security_opt }) => {
    const others = security_opt.filter((option) => !isNoNewPrivileges(option));
    if (others.length > 0) return `asks for ${others.join(', ')}`;
    return security_opt.length > 0 ? null : 'has no no-new-privileges';
  }),
  ruleOfEach(
    'Every container runs as 999:999, and only engine-reader as 0:999',
    ({ name, user = 'whom its image says' }) => {
      const wanted = name === engineReader ? '0:999' : '999:999';
      return user === wanted ? null : `runs as ${user} instead of ${wanted}`;
    },
  ),
  ruleOfEach('No container is privileged, and none gets a device', ({ privileged, devices }) =>
    privileged ? 'is privileged' : devices.length > 0 ? `gets ${devices.length} devices` : null,
  ),
  ruleOfEach("No container is in the host's network, or in another's", ({ network_mode = 'none' }) =>
    network_mode === 'none' ? null : `has the network mode ${network_mode}`,
  ),
  ruleOfEach("Only spire-agent sees the host's processes, for it attests them", sharedNamespaces),
  ruleOfEach('Every container has a limit of memory', ({ mem_limit }) =>
    mem_limit === undefined ? 'has no mem_limit' : null,
  ),
  ruleOfEach('Every container has a limit of processes', ({ pids_limit = 0 }) =>
    pids_limit > 0 ? null : 'has no pids_limit',
  ),
  ruleOfEach('The log of every container is limited', ({ logging }) => {
    const missing = ['max-size', 'max-file'].filter((option) => logging?.options[option] === undefined);
    return missing.length === 0 ? null : `has a log without ${missing.join(' and ')}`;
  }),
];

function isNoNewPrivileges(option: string): boolean {
  return /^no-new-privileges([:=]true)?$/.test(option);
}

function sharedNamespaces({ name, pid, ipc = 'private' }: NamedService): string | null {
  if (!['private', 'none'].includes(ipc)) return `shares memory by ipc ${ipc}`;
  if (name === spireAgent) return pid === 'host' ? null : 'can attest nobody without pid: host';
  return pid === undefined ? null : `sees processes of ${pid}`;
}
