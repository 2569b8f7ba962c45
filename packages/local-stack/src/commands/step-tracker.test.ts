import { describe, expect, it } from 'vitest';
import { createStepTracker } from './step-tracker.ts';

describe('the steps of a start', () => {
  it('are done for whoever waits, before or after', async () => {
    const tracker = createStepTracker();
    const early = tracker.wait('programs', () => undefined);
    tracker.event({ step: 'programs', state: 'done' });
    await early;
    await tracker.wait('programs', () => undefined);
  });

  it('tell how they go, also to one who comes late', async () => {
    const tracker = createStepTracker();
    tracker.event({ step: 'programs', state: 'progress', detail: 'building' });
    const details: string[] = [];
    const waiting = tracker.wait('programs', (detail) => details.push(detail));
    tracker.event({ step: 'programs', state: 'progress', detail: 'linking' });
    tracker.event({ step: 'programs', state: 'done' });
    await waiting;
    expect(details).toEqual(['building', 'linking']);
  });

  it('fail where they were not done when the start failed, and only there', async () => {
    const tracker = createStepTracker();
    tracker.event({ step: 'identities', state: 'done' });
    tracker.fail();
    await tracker.wait('identities', () => undefined);
    await expect(tracker.wait('vault', () => undefined)).rejects.toThrow('did not start');
  });
});
