import { join } from 'node:path';

/** The checkout that this test is part of. */
export const checkoutRoot = join(import.meta.dirname, '../../../..');
