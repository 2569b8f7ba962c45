import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import { registerCommands } from './commands/register-commands.ts';

const program = new Command('zt')
  .description(
    'Runs a zero trust system on this machine, without Docker: six services with Postgres, OPA, and SPIRE and Vault or development servers in their place.',
  )
  .showHelpAfterError('(zt <command> --help says more)')
  .exitOverride();
registerCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  console.error(picocolors.red(`zt: ${error instanceof Error ? error.message : String(error)}`));
  process.exit(1);
}
