import { describe } from 'vitest';
import { testWholeStack } from './testing/whole-stack.ts';

describe('the whole stack, embedded', { timeout: 90_000 }, () => testWholeStack('embedded', ['workload-api', 'vault']));
