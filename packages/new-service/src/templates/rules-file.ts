import type { ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/shipping.ts` */
export function rulesFile({ names }: ServicePlan): string {
  const { pascal, words } = names;
  return `import { BusinessError } from '@zt/kit/errors';

/** What a user has. Another field belongs here, into the contract and into a migration of its own. */
export interface ${pascal} {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
}

const idPattern = /^[A-Za-z0-9-]{8,64}$/;

/** Gives the id, or throws \`BusinessError\` \`invalid\`: its sentence is for the caller. */
export function parse${pascal}Id(id: string): string {
  if (!idPattern.test(id)) throw new BusinessError('invalid', 'The id of a ${words} has 8 to 64 letters, digits and hyphens.');
  return id;
}
`;
}

/** `apps/shipping/src/shipping.test.ts` */
export function rulesTest({ names }: ServicePlan): string {
  const { name, pascal, words } = names;
  return `import { expect, test } from 'vitest';
import { parse${pascal}Id } from './${name}.ts';

test.each(['12345678', 'A-1-b-2-C', 'a'.repeat(64)])('%s can be the id of a ${words}', (id) => {
  expect(parse${pascal}Id(id)).toBe(id);
});

test.each(['', 'short', 'a'.repeat(65), 'under_score', "quote'1234"])('%j cannot be the id of a ${words}', (id) => {
  expect(() => parse${pascal}Id(id)).toThrow(expect.objectContaining({ refusal: 'invalid' }));
});
`;
}
