import { createSpireServerCommands, type SpireServerCommands } from '../spire/spire-server-commands.ts';
import { runToEnd } from '../supervisor/run-to-end.ts';
import { places } from './places.ts';

/** For whoever has the socket of SPIRE's server, at which it takes orders from anybody who can open it. */
export function containerSpireServer(): SpireServerCommands {
  const { serverProgram: program, serverSocket: socket } = places.registration;
  return createSpireServerCommands({ processes: { run: runToEnd }, program, socket });
}
