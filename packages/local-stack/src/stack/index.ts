export { createControlClient } from '../control/control-client.ts';
export { readStackRecord, type StackRecord, stateDirectoryOf } from './stack-record.ts';
export { demoSettings, type StackSettings, stackSettings } from './stack-settings.ts';
export type { ProcessStatus, StackStatus } from './stack-status.ts';
export { type StackStep, type StepEvent, stackSteps } from './stack-step.ts';
export { type RunningStack, type StackOptions, startStack } from './start-stack.ts';
