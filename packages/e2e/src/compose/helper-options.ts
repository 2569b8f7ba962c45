import { composeLabels } from '@zt/container-engine/labels';

/** The image that has Node and this package in it. */
export const toolsImage = 'zero-trust/tools';

/**
 * Options of `docker run` for a container that helps for a moment, from outside: it runs Node, has no rights, and belongs to no
 * project, though whoever built its image wrote one into it.
 */
export const helperOptions: readonly string[] = [
  ...['--rm', '--pull', 'never', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--label', `${composeLabels.project}=`, '--label', `${composeLabels.service}=`, '--entrypoint', 'node'],
];
