import { Command } from 'commander';

export interface ManifestOptions {
  /** Folders of CustomResourceDefinitions besides those that are fetched. */
  readonly crds: readonly string[];
}

/** The options of `manifests`, and what is done with them. */
export function createCommandLine(run: (options: ManifestOptions) => Promise<void>): Command {
  return new Command('manifests')
    .description(
      'Builds every overlay of the Kubernetes manifests, validates it, and compares what it lets through with the access graph. ' +
        'Gets the programs for it first, and needs Go for the schemas.',
    )
    .option('--crds <folder...>', "folders with more CustomResourceDefinitions, such as Linkerd's", [])
    .action(run);
}
