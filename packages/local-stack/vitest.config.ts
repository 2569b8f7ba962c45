export { vitestConfig as default } from '../../vitest-config.ts';
