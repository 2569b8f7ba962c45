import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePorts } from './choose-ports.ts';

describe('the ports of a stack', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zt-ports-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('are all different', async () => {
    const { grpc, https, ...servers } = await choosePorts(directory);
    const ports = [servers, grpc, https].flatMap((each) => Object.values(each));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('stay the same from run to run', async () => {
    const ports = await choosePorts(directory);
    expect(await choosePorts(directory)).toEqual(ports);
  });

  it('change only where somebody else has taken one', async () => {
    const before = await choosePorts(directory);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(before.vault, '127.0.0.1', resolve));
    const { vault, ...rest } = await choosePorts(directory);
    other.close();
    expect(vault).not.toBe(before.vault);
    expect({ ...rest, vault: before.vault }).toEqual(before);
  });

  it('are those of before for all others where the access graph has a service more', async () => {
    const before = await choosePorts(directory);
    const { order, ...others } = before.grpc;
    await writeFile(join(directory, 'ports.json'), JSON.stringify({ ...before, grpc: others }));
    expect(await choosePorts(directory)).toEqual({
      ...before,
      grpc: { ...others, order: expect.any(Number) },
    });
  });

  it('are chosen anew where what was remembered is of no use', async () => {
    await writeFile(join(directory, 'ports.json'), '{"vault":"soon"}');
    expect((await choosePorts(directory)).vault).toBeGreaterThan(0);
  });
});
