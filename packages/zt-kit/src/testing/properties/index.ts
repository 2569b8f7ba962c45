export { brokenBytes, brokenText } from './broken.ts';
export { expectToHold } from './expect-to-hold.ts';
