import { type DriveOptions, driveInContainer } from './compose/drive-in-container.ts';
import { useUntilStopped } from './compose/use-until-stopped.ts';

/** Drives the paths through a stack of containers, from outside, and gives the exit code. */
export async function runOnContainers(
  options: DriveOptions & { readonly name?: string; readonly userIssuer: 'own' | 'dex' },
): Promise<number> {
  if (options.userIssuer !== 'own')
    throw new Error('containers have no other issuer than the own: use --stack embedded');
  return await useUntilStopped({ purpose: 'e2e', name: options.name }, ({ project }) =>
    driveInContainer(project, options),
  );
}
