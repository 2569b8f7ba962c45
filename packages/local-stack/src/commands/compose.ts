import type { Command } from 'commander';
import { containerSpireServer } from '../compose/container-spire-server.ts';
import { createPatience } from '../compose/patience.ts';
import { places } from '../compose/places.ts';
import { stepSetting } from '../compose/step-settings.ts';
import { repositoryRoot } from './repository-root.ts';

/**
 * The steps of docker-compose.yml, each in a container of its own: not for people, so they are not in the help. A step
 * loads nothing of the others, since all that follows waits for it.
 */
export function registerCompose(program: Command): void {
  const compose = program.command('compose', { hidden: true });
  const report = (line: string): void => console.log(line);
  const patience = createPatience({ report });

  compose.command('prepare').action(async () => {
    const { prepare } = await import('../compose/prepare.ts');
    await prepare({ repositoryRoot, volumes: places.volumes, now: new Date(), report });
  });

  compose.command('registration').action(async () => {
    const { register } = await import('../compose/register.ts');
    await register({
      server: containerSpireServer(),
      bootstrapBundle: places.registration.bootstrapBundle,
      svidTtlSeconds: stepSetting('svidTtlSeconds', process.env),
      patience,
      report,
    });
  });

  compose.command('trial').action(async () => {
    const { beginTrial } = await import('../compose/trial/begin-trial.ts');
    await beginTrial(stepSetting('svidTtlSeconds', process.env));
  });

  compose.command('bootstrap').action(async () => {
    const { bootstrap } = await import('../compose/bootstrap/bootstrap.ts');
    await bootstrap({
      repositoryRoot,
      databaseLoginTtlSeconds: stepSetting('databaseLoginTtlSeconds', process.env),
      patience,
      report,
    });
  });
}
