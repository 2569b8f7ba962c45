export { readContainerLog } from './container-log.ts';
export {
  type Container,
  type ContainerDetails,
  createEngineClient,
  type EngineClient,
} from './engine-client.ts';
export { followLogs, type LogFollower } from './follow-logs.ts';
export { nameAmong } from './name-among.ts';
