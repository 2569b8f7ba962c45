import { UserServiceService } from '@zt/proto/identity';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

export const listedUser = z.object({
  userId: z.string(),
  roles: z.array(z.string()),
  blocked: z.boolean(),
  sessions: z.number(),
});
export type ListedUser = z.infer<typeof listedUser>;

/** The users of the OpenID Provider, with their roles and how many sessions each has. */
export const listUsers = defineJob({
  name: 'list-users',
  input: z.strictObject({}),
  output: z.array(listedUser),
  run: async (operator) => (await operator.call('identity', UserServiceService.listUsers, {})).users,
});
