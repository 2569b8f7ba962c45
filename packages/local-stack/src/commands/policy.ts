import type { Command } from 'commander';
import { registerPolicyPromote } from './policy-promote.ts';
import { registerPolicyPublish } from './policy-publish.ts';
import { registerPolicyReplay } from './policy-replay.ts';

/** What policy decides on a running stack, and would decide if it were another. */
export function registerPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .description('try another policy on what was decided, and change what rules observe');
  registerPolicyReplay(policy);
  registerPolicyPublish(policy);
  registerPolicyPromote(policy);
}
