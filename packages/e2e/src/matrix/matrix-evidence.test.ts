import type { DecisionRecord } from '@zt/kit/audit';
import { madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { accessMatrix } from './access-matrix.ts';
import type { MatrixCall } from './matrix-calls.ts';
import { evidenceOfCallAlong } from './matrix-evidence.ts';
import type { MatrixPath } from './matrix-path.ts';
import { litGraph } from './testing/lit-graph.ts';

const [path] = accessMatrix(
  litGraph({
    Light: {
      callers: ['hall.Enter'],
      for: 'user',
      scopes: ['lamps:light'],
      record: 'written',
      hours: { from: '08:00', until: '17:00' },
    },
  }),
  ['hall'],
).filter(({ id }) => id === 'edge/hall-lamp/Light');
const light: MatrixPath = path ?? expect.fail('there is no such path');

const call = (code: string, ...records: Partial<DecisionRecord>[]): MatrixCall => ({
  answer: { code, message: 'said' },
  records: records.map((record) => madeUpRecord(record)),
});
const refused = (...reasons: DecisionRecord['reasons']) => ({ allowed: false, reasons });

test('a call is allowed where policy let it in, whatever came of its empty request', () => {
  const evidence = evidenceOfCallAlong(light, call('INVALID_ARGUMENT', { allowed: true, reasons: [] }));
  expect(evidence).toMatchObject({ code: 'OK', reasons: [], message: 'said' });
  expect(evidence.recordedBy).toMatch(/^lamp, decision /);
});

test('a control inside the method that refuses it afterwards does not undo that', () => {
  const records = [{ allowed: true, reasons: [] }, refused('caller_not_allowed')];
  expect(evidenceOfCallAlong(light, call('PERMISSION_DENIED', ...records)).code).toBe('OK');
});

test('a refusal for the hour alone says nothing about the edge, and is told', () => {
  const evidence = evidenceOfCallAlong(light, call('PERMISSION_DENIED', refused('outside_hours')));
  expect(evidence).toMatchObject({ code: 'OK', reasons: [], observed: expect.stringContaining('outside_hours') });
});

test('a refusal for anything else counts, without the hour', () => {
  const evidence = evidenceOfCallAlong(
    light,
    call('PERMISSION_DENIED', refused('caller_not_allowed', 'outside_hours')),
  );
  expect(evidence).toMatchObject({ code: 'PERMISSION_DENIED', reasons: ['caller_not_allowed'] });
});

test('a reason that the rule does not ask for is never overlooked', () => {
  const evidence = evidenceOfCallAlong(light, call('RESOURCE_EXHAUSTED', refused('rate_exceeded')));
  expect(evidence).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reasons: ['rate_exceeded'] });
});

test('what nobody recorded is not proved, but for a service that asks itself', () => {
  expect(evidenceOfCallAlong(light, call('OK')).recordedBy).toBeNull();
  const own = { ...light, leavesNoRecord: true };
  expect(evidenceOfCallAlong(own, call('OK')).recordedBy).not.toBeNull();
  expect(evidenceOfCallAlong(own, call('PERMISSION_DENIED')).recordedBy).toBeNull();
});
