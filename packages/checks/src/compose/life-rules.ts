import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { isInProfile, isLongRunning, isStep, startedByPeople, storyProfile } from './kinds-of-service.ts';

/** How containers start, stay up and end. */
export const lifeRules: readonly ComposeRule[] = [
  ruleOfEach(
    'Whatever runs as long as the stack is started again when it ends',
    ({ restart = 'no' }) => (restart === 'unless-stopped' ? null : `has the restart policy ${restart}`),
    isLongRunning,
  ),
  ruleOfEach(
    'Whatever runs as long as the stack says whether it is ready',
    ({ healthcheck }) => {
      const test = [healthcheck?.test ?? []].flat();
      return test.length > 0 && test[0] !== 'NONE' && healthcheck?.disable !== true ? null : 'has no healthcheck';
    },
    isLongRunning,
  ),
  ruleOfEach(
    'Whatever runs as long as the stack is given a time to stop in',
    ({ stop_grace_period }) => (stop_grace_period === undefined ? 'has no stop_grace_period' : null),
    isLongRunning,
  ),
  ruleOfEach(
    'A step that others wait for is not started again when it has ended',
    ({ restart = 'no' }) => (/^(no|on-failure(:\d+)?)$/.test(restart) ? null : `has the restart policy ${restart}`),
    isStep,
  ),
  ruleOfEach('What people start themselves is in the profile story, and nothing else is', ({ name, profiles }) => {
    if (!startedByPeople.includes(name))
      return profiles.length === 0 ? null : `is in the profile ${profiles.join(', ')}`;
    return profiles.join() === storyProfile
      ? null
      : `starts with the stack, or in another profile than ${storyProfile}`;
  }),
  ruleOfEach(
    'Nothing that starts with the stack waits for what people start themselves',
    ({ depends_on }, { services }) => {
      const odd = Object.keys(depends_on).filter((name) => services[name] === undefined || isInProfile(services[name]));
      return odd.length === 0 ? null : `waits for ${odd.join(', ')}`;
    },
    (service) => !isInProfile(service),
  ),
];
