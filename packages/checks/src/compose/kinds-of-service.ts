import { type ComposeFile, type NamedService, servicesOf } from './compose-file.ts';

/** The profile of what people start themselves, for one run. */
export const storyProfile = 'story';

/** What people start themselves, for one run. */
export const startedByPeople: readonly string[] = ['zt', 'demo', 'e2e'];

/** Started with the stack only where the profile is asked for. */
export function isInProfile({ profiles }: Pick<NamedService, 'profiles'>): boolean {
  return profiles.length > 0;
}

/** A step that ends, and that others wait for. */
export function isStep({ name }: NamedService, file: ComposeFile): boolean {
  return servicesOf(file).some(({ depends_on }) => depends_on[name]?.condition === 'service_completed_successfully');
}

/** What runs as long as the stack does. */
export function isLongRunning(service: NamedService, file: ComposeFile): boolean {
  return !isInProfile(service) && !isStep(service, file);
}
