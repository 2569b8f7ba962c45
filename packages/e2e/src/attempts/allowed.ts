import { allowedCalls } from './allowed-calls.ts';
import { allowedEdges } from './allowed-edges.ts';
import { allowedOrders } from './allowed-orders.ts';
import { allowedSupport } from './allowed-support.ts';
import type { Attempt } from './attempt.ts';

/** Every path that has to be free, whoever says which users there are. */
export const allowedPaths: readonly Attempt[] = [...allowedEdges, ...allowedCalls, ...allowedOrders, ...allowedSupport];
