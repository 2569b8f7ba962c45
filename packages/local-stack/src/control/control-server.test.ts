import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaultsInForce } from '../faults/faults-in-force.ts';
import { createRecordedStack, type RecordedStack } from '../faults/testing/recorded-stack.ts';
import { createControlClient } from './control-client.ts';
import { createControlServer } from './control-server.ts';
import type { StackStatus } from './stack-status.ts';

describe('the control socket of a stack', () => {
  let directory: string;
  let socket: string;
  let server: Awaited<ReturnType<typeof createControlServer>> | null = null;
  const calls: string[] = [];
  let stack: RecordedStack;
  const status: StackStatus = {
    name: 'native',
    phase: 'running',
    startedAt: '2026-01-01T00:00:00.000Z',
    gatewayUrl: 'https://localhost:1',
    issuerUrl: 'https://localhost:2',
    processes: [{ name: 'order', state: 'running', pid: 7, ports: [3], restarts: 0, svids: [] }],
  };

  beforeEach(async () => {
    calls.length = 0;
    stack = createRecordedStack('embedded');
    const faults = createFaultsInForce(stack, () => {});
    directory = await mkdtemp(join(tmpdir(), 'zt-c-'));
    socket = join(directory, 'control.sock');
    server = await createControlServer(socket, {
      status: async () => status,
      stop: async () => void calls.push('stop'),
      certificateWritten: async (name) => {
        if (name === 'broken') throw new Error('postgres does not answer');
        calls.push(`written ${name}`);
      },
      trouble: async (trouble) => void calls.push(Object.values(trouble).join(' ')),
      async authority(step) {
        calls.push(step);
        return `key of ${step}`;
      },
      fault: (request) => faults.begin(request),
      mend: () => faults.mend(),
      faults: () => faults.list(),
    });
  });
  afterEach(async () => {
    await server?.close();
    await rm(directory, { recursive: true });
  });

  it('gives the status', async () => {
    expect(await createControlClient(socket).status()).toEqual(status);
  });

  it('stops the stack and answers when that is done', async () => {
    expect(await createControlClient(socket).stop()).toBe(true);
    expect(calls).toEqual(['stop']);
  });

  it('hands on that certificate files are new, and says where that went wrong', async () => {
    const client = createControlClient(socket);
    await client.certificateWritten('postgres');
    expect(calls).toEqual(['written postgres']);
    await expect(client.certificateWritten('broken')).rejects.toThrow('postgres does not answer');
  });

  it('takes processes out of service and back, and seals Vault, and does nothing that it does not know', async () => {
    const ask = async (body: object) => {
      const asked = request({ socketPath: socket, method: 'POST', path: '/trouble' }).end(JSON.stringify(body));
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const asked = [{ what: 'hold', process: 'audit' }, { what: 'release', process: 'audit' }, { what: 'seal' }];
    for (const body of asked) expect(await ask(body)).toBe(200);
    expect(await ask({ what: 'erase', process: 'audit' })).toBe(500);
    expect(calls).toEqual(['hold audit', 'release audit', 'seal']);
  });

  it('takes the steps of a roll, and tells which key each was about', async () => {
    const { authority } = createControlClient(socket);
    expect(await authority.prepare()).toBe('key of prepare');
    await authority.activate();
    await authority.taint();
    await authority.revoke();
    expect(calls).toEqual(['prepare', 'activate', 'taint', 'revoke']);
  });

  it('makes things go wrong on command, tells what is in force, and mends it', async () => {
    const client = createControlClient(socket);
    const withdrawn = { fault: 'withdraw', workload: 'order', until: null };
    expect(await client.fault({ fault: 'withdraw', workload: 'order' })).toEqual(withdrawn);
    expect(await client.faults()).toEqual([withdrawn]);
    expect(await client.mend()).toEqual([withdrawn]);
    expect(await client.faults()).toEqual([]);
    expect(stack.calls).toEqual(['withdraw order', 'registerAgain order']);
  });

  it('breaks nothing where the fault is none, or is asked for with more than it takes', async () => {
    const client = createControlClient(socket);
    await expect(client.fault({ fault: 'set-on-fire' })).rejects.toThrow('there is no fault set-on-fire');
    await expect(client.fault({ fault: 'seal-vault', workload: 'order' })).rejects.toThrow('takes no workload');
    const more = { fault: 'seal-vault', forHours: 5 };
    await expect(client.fault(more)).rejects.toThrow('forHours');
    expect(stack.calls).toEqual([]);
  });

  it('is told apart from a stack that is not there', async () => {
    await server?.close();
    server = null;
    const client = createControlClient(socket);
    expect(await client.status()).toBeNull();
    expect(await client.stop()).toBe(false);
    expect(await client.faults()).toBeNull();
    await expect(client.fault({ fault: 'seal-vault' })).rejects.toThrow('does not run');
  });
});
