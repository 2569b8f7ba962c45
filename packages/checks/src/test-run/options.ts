import type { ParseArgsOptionsConfig } from 'node:util';

/** Of the command `test`. */
export const testOptions = { all: { type: 'boolean', default: false } } as const satisfies ParseArgsOptionsConfig;
