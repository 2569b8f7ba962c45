import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSocketDirectory, takeStateDirectory } from './stack-directories.ts';
import { writeStackRecord } from './stack-record.ts';
import { demoSettings } from './stack-settings.ts';

describe('the folders of a stack', () => {
  let parent: string;
  let state: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'zt-dirs-'));
    state = join(parent, '.zt/native');
  });
  afterEach(() => rm(parent, { recursive: true }));

  const record = (socketDirectory: string) =>
    writeStackRecord(state, { socketDirectory, controlSocket: join(socketDirectory, 'c'), settings: demoSettings });

  it("are its user's only, the one for sockets short enough for their paths", async () => {
    const taken = await takeStateDirectory(state);
    const sockets = await makeSocketDirectory(state);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(join(sockets, 'spire-server.sock'))).toBeLessThan(104);
    await rm(sockets, { recursive: true });
    await taken.release();
  });

  it('can be taken again once they are free', async () => {
    await (await takeStateDirectory(state)).release();
    await (await takeStateDirectory(state)).release();
  });

  it('lose the socket folder of a run that could not clear it, and never a folder of somebody else', async () => {
    await mkdir(state, { recursive: true });
    const left = await mkdtemp(join(tmpdir(), 'zt-'));
    await record(left);
    await rm(await makeSocketDirectory(state), { recursive: true });
    expect(existsSync(left)).toBe(false);
    await record(parent.replace('zt-dirs-', 'other-'));
    await mkdir(parent.replace('zt-dirs-', 'other-'));
    await rm(await makeSocketDirectory(state), { recursive: true });
    expect(existsSync(parent.replace('zt-dirs-', 'other-'))).toBe(true);
    await rm(parent.replace('zt-dirs-', 'other-'), { recursive: true });
  });
});
