import { stackDescription } from '@zt/e2e/stack-description';
import { expect, test } from 'vitest';
import { describeContainerStack } from './describe-container-stack.ts';

test('the description is one that clients can read', () => {
  const description = describeContainerStack();
  expect(stackDescription.parse(JSON.parse(JSON.stringify(description)))).toEqual(description);
});
