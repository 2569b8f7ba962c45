import type { Control } from './control.ts';
import { exchangeControls } from './exchange-controls.ts';
import { peerControls } from './peer-controls.ts';
import { policyControls } from './policy-controls.ts';
import { serviceControls } from './service-controls.ts';
import { tokenControls } from './token-controls.ts';

/** The controls by the rooms in which they stand, and in the order in which a call meets them. */
export const controlsByRoom: Readonly<Record<string, readonly Control[]>> = {
  'The peer': peerControls,
  'The token': tokenControls,
  'The policy': policyControls,
  'The token exchange': exchangeControls,
  'Services, secrets and databases': serviceControls,
};

export const controls: readonly Control[] = Object.values(controlsByRoom).flat();
