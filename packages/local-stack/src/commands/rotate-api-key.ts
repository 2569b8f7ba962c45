import { apiKeyPath } from '@zt/access-graph';
import { createCardNetworkAdmin } from '@zt/card-network/admin';
import type { Command } from 'commander';
import { cardNetworkName } from '../card-network/card-network-files.ts';
import { createKeyObserver } from '../card-network/key-observer.ts';
import { type RotationStep, rotateApiKey } from '../card-network/rotate-api-key.ts';
import { takeRotation } from '../card-network/take-rotation.ts';
import { writeApiKey } from '../operator/jobs/write-api-key.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

const explanations: Readonly<Record<RotationStep, string>> = {
  issue: 'the card network makes a new key, and accepts both',
  write: 'the operator, who can read none, makes it the next version in Vault',
  use: 'payment takes it within seconds; calls under way end with the old one',
  revoke: 'the card network accepts the old one no more',
};

export function registerRotateApiKey(program: Command): void {
  addNameOption(program.command('rotate-api-key'))
    .description(
      'replace the key with which payment calls the card network, while payments go on: issue, write, use, revoke',
    )
    .action(async ({ name }: NameOption) => {
      const stack = await describeRunningStack(name);
      const path = apiKeyPath('payment', cardNetworkName);
      const startedAt = performance.now();
      const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
      const { stateDirectory, readLogs } = await requireRunningStack(name);
      const taken = await takeRotation(stateDirectory);
      const { version, revoked } = await rotateApiKey({
        network: createCardNetworkAdmin(stack.cardNetwork.admin),
        writeKey: async (key) => (await runAsOperator(stack, writeApiKey, { path, key })).version,
        observer: createKeyObserver(readLogs),
        onStep: (step) => console.log(`${seconds()} s  ${step.padEnd(8)}  ${explanations[step]}`),
      }).finally(() => taken.release());
      console.log(`${seconds()} s  done      version ${version} is in use, ${revoked} revoked`);
    });
}
