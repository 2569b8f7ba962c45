import { expect, test } from 'vitest';
import type { ReportLine } from '../report.ts';
import { countsByVerdict, runBypass } from './run-bypass.ts';

const line = (actual: string, expected = actual): ReportLine => ({
  ...{ id: 'bypass/a-b/C/none', title: '', from: 'a', to: 'b', method: 'C', fault: 'none', reason: '' },
  ...{ expected, actual, recorded: true, tookMs: 0 },
});

test('paths are counted by what was told and recorded, and those that are not as expected are not lost among others', () => {
  expect(countsByVerdict([line('OK'), line('NO (why)'), line('NO (why)'), line('OK', 'NO (why)')])).toEqual([
    'verdict   paths  as expected',
    'OK            2            1',
    'NO (why)      2            2',
  ]);
});

test('the keys of a stack of containers cannot be had: nothing is started', async () => {
  await expect(runBypass([], { stack: 'compose' }, () => {})).rejects.toThrow('use --stack embedded');
});
