import { fuzzConfig } from '@zt/tsconfig/vitest';

export default fuzzConfig();
