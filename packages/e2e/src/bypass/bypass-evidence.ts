import type { Evidence } from '../attempts/attempt.ts';
import { evidenceOfCallAlong } from '../matrix/matrix-evidence.ts';
import type { BypassCall } from './bypass-calls.ts';
import type { BypassPath } from './bypass-path.ts';

/**
 * What a forged call proves: `OK` where its handler ran, whatever the caller was told. `told` keeps what was told of each
 * status on each path: whoever is told something else learns which check has failed, and that is a fault of its own.
 */
export function evidenceOfBypass(
  { path, fault, expected }: BypassPath,
  { answer, records }: BypassCall,
  told: Map<string, string>,
): Evidence {
  const evidence = evidenceOfCallAlong(path, { answer: { code: answer.code, message: answer.told }, records });
  if (fault.at === 'nothing' || evidence.code !== expected.code) return evidence;
  const key = `${path.door} ${evidence.code}`;
  const said = withoutIds(answer.told);
  const first = told.get(key) ?? said;
  told.set(key, first);
  return said === first ? evidence : { ...evidence, code: `message tells: ${said}` };
}

/** Each decision has its own. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…');
}
