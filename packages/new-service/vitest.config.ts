export { vitestConfig as default } from '@zt/tsconfig/vitest';
