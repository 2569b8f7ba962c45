import { expect, test } from 'vitest';
import { createEngineClient } from './engine-client.ts';

test('Whoever asks where no stack runs is told how to start one', async () => {
  const engine = createEngineClient('/nowhere/engine.sock');
  await expect(engine.containers()).rejects.toThrow(/^engine-reader does not answer .*docker compose up --wait/);
});
