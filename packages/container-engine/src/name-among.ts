/** One of the containers that run a service. */
interface Copy {
  readonly service: string;
  readonly copy: number;
}

/** What people call a container: `order`, or `order-2` where its service has several. */
export function nameAmong(all: readonly Copy[], { service, copy }: Copy): string {
  return all.some((other) => other.service === service && other.copy !== copy) ? `${service}-${copy}` : service;
}
