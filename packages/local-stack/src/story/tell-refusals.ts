import { type Attempt, attempts } from '@zt/e2e/attempts';
import type { Chapter } from './chapter.ts';
import { heading, paragraph } from './layout.ts';
import { showRefusal } from './show-refusal.ts';
import { storyRefusals } from './story-refusals.ts';
import { tryAttempt } from './try-attempt.ts';
import { wordsOfKind } from './words-of-kind.ts';

/** The second chapter: what is refused, by whom, and what is known of it afterwards. */
export async function tellRefusals({ world, style, print, signal }: Chapter): Promise<boolean> {
  const { kind, name } = world.stack;
  const refusals = storyRefusals(kind);
  print([
    ...heading(2, 'What is refused', style),
    ...paragraph(
      `Now ${refusals.length} attempts that must fail. Whoever tries is told little; the reason is in ${wordsOfKind[kind].records(name)}.`,
    ),
  ]);
  let allAsExpected = true;
  for (const [index, { id, lesson }] of refusals.entries()) {
    signal.throwIfAborted();
    const attempt = attemptOf(id);
    const outcome = await tryAttempt(attempt, world);
    signal.throwIfAborted();
    print(['', ...showRefusal(index + 1, { kind, attempt, lesson, outcome }, style)]);
    allAsExpected &&= outcome.kind === 'refused_as_expected';
  }
  return allAsExpected;
}

function attemptOf(id: string): Attempt {
  const attempt = attempts.find((known) => known.id === id);
  if (attempt === undefined) throw new Error(`there is no attempt ${id}`);
  return attempt;
}
