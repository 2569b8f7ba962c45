export { type CallOutcome, makeCall } from './make-call.ts';
export { type PlannedCall, planCall } from './plan-call.ts';
