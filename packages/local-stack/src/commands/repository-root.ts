import { join } from 'node:path';

/** The checkout that this command line is part of, wherever it was called from. */
export const repositoryRoot = join(import.meta.dirname, '../../../..');
