import type { Command } from 'commander';

/** Verbs that mean nothing in a container, where the stack is: what to type on the machine in their place. */
const insteadOf: Readonly<Record<string, string>> = {
  up: 'the stack runs around this container: it is started, and changed, with `docker compose up --build --wait`',
  down: 'a container cannot stop the stack that it is part of: type `docker compose down`',
  unseal: 'trust-updater unseals Vault by itself: see how it goes with `docker compose logs trust-updater`',
  call: 'no container of the command line may act as a workload: every call is tried by `docker compose --profile story run --rm e2e --only edge/`',
  fault:
    'containers are broken from outside: type `docker compose kill`, `stop` or `pause` and the name of a service, such as `docker compose kill payment`',
  new: 'code is written in a checkout of the sources: type `npx -y pnpm@12 zt new service` there',
  tools: 'the programs are in the images: they are made with `docker compose build`',
};

export const verbsElsewhere = Object.keys(insteadOf);

/** Registers a verb that only says so. */
export function registerElsewhere(verb: string): (program: Command) => void {
  return (program) => {
    program
      .command(verb, { hidden: true })
      .argument('[words...]')
      .allowUnknownOption()
      .helpOption(false)
      .action(() => {
        throw new Error(insteadOf[verb] ?? `there is no ${verb} in a container`);
      });
  };
}
