import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpaAuthorizerOptions, PolicyData } from '@zt/kit/authz';
import { z } from 'zod';
import { messageOf } from '../error-message.ts';
import { commitOf, gitBytes } from '../revision/git.ts';
import { runAlone } from '../revision/run-alone.ts';
import { fileOfGraph, folderOfGraph, runRevision } from '../revision/run-revision.ts';

/** Rules and data together: all that decides. */
export type Policy = OpaAuthorizerOptions;

const fileOfWasm = 'packages/policy/policy.wasm';
const fileOfData = `${folderOfGraph}/src/policy-data.ts`;

/** The data is made by the code of the revision itself: what it made of the same graph is part of what decided. */
const print = `Promise.all([import(process.argv[1] + '/${fileOfGraph}'), import(process.argv[1] + '/${fileOfData}')]).then(
  ([{ accessGraph }, { policyData }]) => process.stdout.write(JSON.stringify(policyData(accessGraph))))`;

/** The policy of a git revision of the checkout at `root`. Throws an error for people where it has none. */
export async function readPolicyOfRevision(root: string, revision: string): Promise<Policy> {
  const data = await runRevision({ root, revision, what: 'policy', print, parse });
  const blob = `${await commitOf(root, revision)}:${fileOfWasm}`;
  const wasm = await gitBytes(root, ['cat-file', 'blob', blob]).catch(() => {
    throw new Error(`the revision ${revision} has no compiled policy: there is no ${fileOfWasm} in it`);
  });
  return { wasm: new Uint8Array(wasm), data };
}

/** The policy of another checkout, as its files are now. Throws an error for people where it has none. */
export async function readPolicyOfCheckout(path: string): Promise<Policy> {
  try {
    const root = await realpath(path);
    const wasm = new Uint8Array(await readFile(join(root, fileOfWasm)));
    return { wasm, data: parse(await runAlone(print, root, join(root, folderOfGraph))) };
  } catch (error) {
    throw new Error(`${path} is no checkout whose policy can be read: ${messageOf(error)}`, { cause: error });
  }
}

const policyData = z.object({ graph: z.looseObject({ methods: z.record(z.string(), z.looseObject({})) }) });

/** Whatever of it is written in no known way refuses, as it would in a service. */
function parse(text: string): PolicyData {
  const data: unknown = JSON.parse(text);
  policyData.parse(data);
  return data as PolicyData;
}
