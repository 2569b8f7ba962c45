import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchCommand } from './launch-command.ts';

describe('the command line of a child', () => {
  let path: string;
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'zt-path-'));
    for (const name of ['setpriv', 'unshare']) {
      await writeFile(join(path, name), '');
      await chmod(join(path, name), 0o755);
    }
  });
  afterAll(() => rm(path, { recursive: true }));

  const program = { command: '/bin/postgres', args: ['-D', 'data'], refusesRoot: true, stopSignal: 'SIGINT' } as const;

  it('asks the kernel for the stop signal at the death of the supervisor', () => {
    expect(launchCommand(program, { platform: 'linux', uid: 1000, path })).toEqual({
      command: join(path, 'setpriv'),
      args: ['--pdeathsig', 'INT', '--', '/bin/postgres', '-D', 'data'],
    });
  });

  it('enters a user namespace first where the operator is root and the program refuses that', () => {
    expect(launchCommand(program, { platform: 'linux', uid: 0, path })).toEqual({
      command: join(path, 'unshare'),
      args: [
        '--user',
        '--map-user=1',
        '--map-group=1',
        '--',
        join(path, 'setpriv'),
        '--pdeathsig',
        'INT',
        '--',
        '/bin/postgres',
        '-D',
        'data',
      ],
    });
  });

  it('says what to do where root has no way to be somebody else', () => {
    expect(() => launchCommand(program, { platform: 'linux', uid: 0, path: '' })).toThrow(
      'start the stack as another user, or install unshare',
    );
  });

  it('starts the program itself on other systems', () => {
    expect(launchCommand(program, { platform: 'darwin', uid: 501, path })).toEqual({
      command: '/bin/postgres',
      args: ['-D', 'data'],
    });
  });
});
