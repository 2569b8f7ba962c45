import type { Evidence } from '../attempts/attempt.ts';
import type { MatrixCall } from './matrix-calls.ts';
import type { MatrixPath } from './matrix-path.ts';

/**
 * What a call of the matrix proves. The verdict is that of policy: what a method makes of an empty request once it was let
 * in is its own business. What a rule asks of the moment or the place decides nothing about an edge, and is told beside it.
 */
export function evidenceOfCallAlong(path: MatrixPath, { answer, records }: MatrixCall): Evidence {
  const { message } = answer;
  const decisive = records.find(({ allowed }) => allowed) ?? records[0];
  if (decisive === undefined) {
    if (path.leavesNoRecord && answer.code === 'OK')
      return { code: 'OK', reasons: [], message, recordedBy: `nobody, as ${path.to} asked itself` };
    return { code: answer.code, reasons: [], message, recordedBy: null };
  }
  const recordedBy = `${path.to}, decision ${decisive.decisionId}`;
  if (decisive.allowed) return { code: 'OK', reasons: [], message, recordedBy };
  const reasons = decisive.reasons.filter((reason) => !path.circumstances.includes(reason));
  const circumstances = decisive.reasons.filter((reason) => path.circumstances.includes(reason));
  const isOpen = reasons.length === 0;
  return {
    code: isOpen ? 'OK' : answer.code,
    reasons,
    message,
    recordedBy,
    ...(circumstances.length === 0
      ? {}
      : {
          observed: `at this moment ${isOpen ? 'refused, but only' : 'also refused'} for ${circumstances.join(', ')}`,
        }),
  };
}
