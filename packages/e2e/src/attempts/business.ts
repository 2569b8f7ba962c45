import type { Attempt } from './attempt.ts';
import { refusedBusiness } from './business-orders.ts';
import { refusedRequests } from './business-requests.ts';
import { refusedRoles } from './business-roles.ts';

/** What a good login alone does not open. */
export const refusedByBusiness: readonly Attempt[] = [...refusedBusiness, ...refusedRequests, ...refusedRoles];
