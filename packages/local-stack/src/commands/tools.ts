import { Argument, type Command } from 'commander';
import { type ProgramName, pinnedPrograms, programNames, provideForThisMachine } from '../programs/index.ts';
import { repositoryRoot } from './repository-root.ts';

export function registerTools(program: Command): void {
  program
    .command('tools')
    .description(
      'get the programs of the native stack and of tests, and print where they are; the embedded stack needs none',
    )
    .addArgument(new Argument('[names...]', 'all of them where it is left out').choices(programNames))
    .action(async (names: readonly ProgramName[]) => {
      for (const name of names.length === 0 ? programNames : names) {
        // How it goes is for people; standard output has the paths alone, for scripts.
        const { path, from } = await provideForThisMachine(name, repositoryRoot, (message) => {
          console.error(`${name}: ${message}`);
        });
        console.error(`${name} ${pinnedPrograms[name].version} (${from})`);
        console.log(path);
      }
    });
}
