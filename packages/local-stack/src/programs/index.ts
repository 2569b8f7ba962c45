export { findProgram } from './find-program.ts';
export {
  manifestProgramNames,
  type PinnedProgram,
  type ProgramName,
  pinnedPrograms,
  programNames,
} from './pinned-program.ts';
export { type ProvidedProgram, provideProgram } from './provide-program.ts';
export { postgresPluginOf, provideForThisMachine } from './provide-programs.ts';
