import { writeSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeLog, openLog, readLogFrom, rotateLargeLog, tailLog } from './process-log.ts';

describe('a process log', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zt-log-'));
    path = join(directory, 'a.log');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is emptied while its process goes on writing, and keeps one generation', async () => {
    const descriptor = openLog(path);
    writeSync(descriptor, 'before\n');
    await rotateLargeLog(path, 3);
    writeSync(descriptor, 'after\n');
    closeLog(descriptor);
    expect(await readFile(path, 'utf8')).toBe('after\n');
    expect(await readFile(`${path}.1`, 'utf8')).toBe('before\n');
    expect((await stat(`${path}.1`)).mode & 0o777).toBe(0o600);
  });

  it('is left alone while it is small', async () => {
    await appendFile(path, 'ab');
    await rotateLargeLog(path, 2);
    expect(await readFile(path, 'utf8')).toBe('ab');
  });

  it('gives its last lines, and nothing where there is none', async () => {
    expect(await tailLog(path, 3)).toBe('');
    await appendFile(path, 'one\ntwo\nthree\n');
    expect(await tailLog(path, 2)).toBe('two\nthree');
  });

  it('is read from the start again once it has been rotated', async () => {
    await appendFile(path, 'new');
    expect(await readLogFrom(path, 1)).toBe('ew');
    expect(await readLogFrom(path, 100)).toBe('new');
  });
});
