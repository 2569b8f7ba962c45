export { findProgram } from './find-program.ts';
export { type PinnedProgram, type ProgramName, pinnedPrograms, programNames } from './pinned-program.ts';
export { type ProvidedProgram, provideProgram } from './provide-program.ts';
export { postgresPluginOf, provideForThisMachine } from './provide-programs.ts';
