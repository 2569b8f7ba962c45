import { createWorld } from '@zt/e2e/attempts';
import type { StackDescription } from '@zt/e2e/stack-description';
import type { Chapter, Storyteller } from './chapter.ts';
import { paragraph } from './layout.ts';
import { tellOrder } from './tell-order.ts';
import { tellRefusals } from './tell-refusals.ts';
import { tellTraffic } from './tell-traffic.ts';
import { wordsOfKind } from './words-of-kind.ts';

/** Tells the story of a running stack. False where anything was not as it has to be; throws once the signal aborts. */
export async function tellStory(
  stack: StackDescription,
  options: Storyteller & { readonly seconds: number },
): Promise<boolean> {
  const world = createWorld(stack, { keepsProbes: false });
  const chapter: Chapter = { ...options, world };
  try {
    options.print(['', ...paragraph(wordsOfKind[stack.kind].beginning)]);
    const ordered = await tellOrder(chapter);
    options.signal.throwIfAborted();
    const refused = await tellRefusals(chapter);
    options.signal.throwIfAborted();
    const flowed = await tellTraffic(chapter, options.seconds);
    options.signal.throwIfAborted();
    return ordered && refused && flowed;
  } finally {
    await world.close();
  }
}
