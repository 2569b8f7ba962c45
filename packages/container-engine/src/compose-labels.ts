/** Labels that `docker compose` gives each container. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  /** From 1 on. */
  copy: 'com.docker.compose.container-number',
  /** `True` where somebody runs a command in it, and it is no part of the stack. */
  oneOff: 'com.docker.compose.oneoff',
} as const;
