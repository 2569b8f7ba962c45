import { flushCompileCache } from 'node:module';
import { useCompileCache } from '@zt/e2e/compile-cache';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import { messageOf } from './error-message.ts';

useCompileCache();
const { loadCommands } = await import('./commands/load-commands.ts');
const registerCommands = await loadCommands(process.argv[2]);
// The services, which are started next, are made of much the same modules.
flushCompileCache();

const program = new Command('zt')
  .description(
    enclosingStack() === null
      ? 'Runs a zero trust system on this machine, without Docker: six services with Postgres, OPA, and SPIRE and Vault or development servers in their place.'
      : 'Acts on the zero trust system that this container is part of: six services with Postgres, OPA, SPIRE and Vault.',
  )
  .showHelpAfterError('(zt <command> --help says more)')
  .exitOverride();
registerCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  console.error(picocolors.red(`zt: ${messageOf(error)}`));
  process.exit(1);
}
