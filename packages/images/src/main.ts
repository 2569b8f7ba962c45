import { bundlePrograms } from './bundle-programs.ts';

// In the root of a workspace: the path of a program, of the one that says whether it is ready, and of the folder for both.
const [main, health, directory] = process.argv.slice(2);
if (main === undefined || health === undefined || directory === undefined) {
  throw new Error('expected the path of a program, of its health program and of a folder');
}
await bundlePrograms({ root: process.cwd(), entries: { main, health }, directory });
