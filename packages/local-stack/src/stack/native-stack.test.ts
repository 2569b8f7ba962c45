import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { testWholeStack } from './testing/whole-stack.ts';

await describeWithPrograms(
  'the whole stack, native',
  ['spire-server', 'spire-agent', 'vault'],
  () => testWholeStack('native', ['spire-server', 'spire-agent', 'trust-updater', 'vault']),
  { timeout: 90_000 },
);
