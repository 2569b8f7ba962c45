import type { ComposeRule } from './compose-rule.ts';
import { exposureRules } from './exposure-rules.ts';
import { hardeningRules } from './hardening-rules.ts';
import { identityRules } from './identity-rules.ts';
import { imageRules, type PinnedImages } from './image-rules.ts';
import { lifeRules } from './life-rules.ts';
import { networkRules } from './network-rules.ts';
import { volumeRules } from './volume-rules.ts';

/** Everything that holds for the compose file, where these images are the pinned ones. */
export function composeRules(pinned: PinnedImages): readonly ComposeRule[] {
  return [
    ...hardeningRules,
    ...lifeRules,
    ...exposureRules,
    ...identityRules,
    ...imageRules(pinned),
    ...networkRules,
    ...volumeRules,
  ];
}
