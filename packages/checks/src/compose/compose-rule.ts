import type { ComposeFile, NamedService } from './compose-file.ts';
import { servicesOf } from './compose-file.ts';

/** One thing that holds for the compose file. */
export interface ComposeRule {
  /** A sentence. */
  readonly title: string;
  /** What breaks the rule: each begins with the name of its service or network. None where it holds. */
  faults(file: ComposeFile): string[];
}

/** A rule that each service keeps or breaks by itself. `fault` gives what is wrong, and null where nothing is. */
export function ruleOfEach(
  title: string,
  fault: (service: NamedService, file: ComposeFile) => string | null,
  which: (service: NamedService, file: ComposeFile) => boolean = () => true,
): ComposeRule {
  return {
    title,
    faults(file) {
      const chosen = servicesOf(file).filter((service) => which(service, file));
      return chosen.flatMap((service) => {
        const found = fault(service, file);
        return found === null ? [] : [`${service.name}: ${found}`];
      });
    },
  };
}
