import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AccessGraph } from '@zt/access-graph';
import { changedFiles } from './changed-files.ts';
import { readContractMethods } from './contract-methods.ts';
import { type TouchedFile, touchedFiles } from './git-tree.ts';
import { planService } from './plan-service.ts';
import { serviceFiles } from './service-files.ts';
import type { ServicePlan } from './service-plan.ts';
import { settlingSteps } from './settling-steps.ts';
import { takenNames } from './taken-names.ts';
import { type Wish, WishError } from './wish.ts';

export interface NewServiceOptions {
  /** Of the checkout. */
  readonly root: string;
  /** Of the checkout as well. */
  readonly graph: AccessGraph;
  readonly wish: Wish;
  /** Otherwise a tree with changes is refused: nobody could tell what the new service has changed. */
  readonly despiteUncommittedChanges: boolean;
  readonly onStep: (title: string) => void;
}

/** What became of the tree. */
export interface NewService {
  readonly plan: ServicePlan;
  /** Null where there is no git to say so. */
  readonly touched: readonly TouchedFile[] | null;
}

/**
 * Writes a new service into a checkout: contract, app with tests, entry in the access graph, clients of its callers, and all
 * that follows. Throws a `WishError` where it cannot be, before anything is written. Where a later step fails it throws an
 * error that says which, and what was written stays, for people to see and to repair.
 */
export async function newService(options: NewServiceOptions): Promise<NewService> {
  const { root, graph, wish, onStep } = options;
  const [contracts, taken] = await Promise.all([readContractMethods(root), takenNames(root, graph)]);
  const plan = planService(wish, { graph, contracts, taken });
  if (!options.despiteUncommittedChanges) await assertClean(root);
  const files = [...serviceFiles(plan), ...(await changedFiles(root, plan))];

  onStep(`write ${files.length} files`);
  for (const { path, content } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const paths = files.map(({ path }) => path);
  for (const { title, run } of settlingSteps(root, plan, paths)) {
    onStep(title);
    await run().catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`the step “${title}” failed; what was written is still there, see git status:\n${said}`, {
        cause: error,
      });
    });
  }
  return { plan, touched: await touchedFiles(root) };
}

async function assertClean(root: string): Promise<void> {
  const touched = await touchedFiles(root);
  if (touched === null || touched.length === 0) return;
  const some = touched.slice(0, 3).map(({ path }) => path);
  throw new WishError(
    `the tree has changes that are not committed (${some.join(', ')}${touched.length > 3 ? ', …' : ''}): commit them first, so that what the new service changes can be told apart, or say --despite-uncommitted-changes`,
  );
}
