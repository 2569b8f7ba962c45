import { UserServiceService } from '@zt/proto/identity';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

const input = z.strictObject({ userId: z.string().min(1) });
const output = z.object({ blocked: z.boolean() });

/** Ends every session of the user, and lets nobody in under that name. */
export const blockUser = defineJob({
  name: 'block-user',
  input,
  output,
  async run(operator, user) {
    await operator.call('identity', UserServiceService.blockUser, user);
    return { blocked: true };
  },
});

/** Lets the user in again; sessions that were ended stay so. */
export const unblockUser = defineJob({
  name: 'unblock-user',
  input,
  output,
  async run(operator, user) {
    await operator.call('identity', UserServiceService.unblockUser, user);
    return { blocked: false };
  },
});
