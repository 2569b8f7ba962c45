import { createEngineConnection } from '@zt/container-engine/connection';
import { engineReaderEnvironment } from './environment.ts';

/** Ends with 0 where the engine answers through a door. */
const answer = await createEngineConnection(engineReaderEnvironment(process.env).agentDoor).open('GET', '/_ping');
process.exit(answer.statusCode === 200 ? 0 : 1);
