import { z } from 'zod';

/** Those by which SPIRE tells workloads apart and people tell containers apart. Others name folders of the machine. */
const shownLabels =
  /^(?:example\.zt\.[a-z.-]+|com\.docker\.compose\.(?:project|service|container-number|oneoff|slug))$/;

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((all) => Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => shownLabels.test(name))));

/**
 * What is passed on of a container, out of all that the engine tells: no environment, no command, no mounts, no networks.
 * In the engine's own form, since its clients read it.
 */
export const shownContainer = z.object({
  Id: z.string(),
  Name: z.string(),
  RestartCount: z.number(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    Restarting: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.number(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z.object({ Status: z.string(), FailingStreak: z.number() }).nullish(),
  }),
  Config: z.object({ Image: z.string(), Labels: labels }),
});
export type ShownContainer = z.infer<typeof shownContainer>;

/** The same for the list of containers. */
export const shownList = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Image: z.string(),
    Labels: labels,
    State: z.string(),
    Status: z.string(),
    Created: z.number(),
    Ports: z
      .array(
        z.object({
          IP: z.string().optional(),
          PrivatePort: z.number(),
          PublicPort: z.number().optional(),
          Type: z.string(),
        }),
      )
      .nullish(),
  }),
);
export type ShownList = z.infer<typeof shownList>;
