import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PinnedProgram, VendorRelease } from './pinned-program.ts';
import { type ProgramSources, provideProgram } from './provide-program.ts';
import { createReleaseServer } from './testing/release-server.ts';
import { storedZip } from './testing/stored-zip.ts';

const versionScript = (version: string) => `#!/bin/sh\necho "opa version v${version}-dev"\n`;

describe('providing a program', () => {
  let directory: string;
  let files: Map<string, Buffer>;
  let server: Awaited<ReturnType<typeof createReleaseServer>>;
  let progress: string[];
  const originalPath = process.env.PATH;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'zt-programs-')));
    for (const name of ['path', 'go', 'cache', 'tools/opa']) await mkdir(join(directory, name), { recursive: true });
    files = new Map();
    server = await createReleaseServer(files);
    progress = [];
    process.env.PATH = `${join(directory, 'go')}:/usr/bin:/bin`;
  });
  afterEach(async () => {
    process.env.PATH = originalPath;
    await server.close();
    await rm(directory, { recursive: true });
  });

  const sources = (): ProgramSources => ({
    cacheDirectory: join(directory, 'cache'),
    toolsDirectory: join(directory, 'tools'),
    searchPath: join(directory, 'path'),
    platform: 'linux',
    arch: 'x64',
    onProgress: (message) => progress.push(message),
  });

  const opa = (format: VendorRelease['format'] = 'binary'): PinnedProgram => ({
    name: 'opa',
    version: '1.22.2',
    versionArgs: ['version'],
    release: () => ({ archive: `${server.url}/opa_linux`, checksums: `${server.url}/sums`, format }),
    build: { module: 'opa', packages: ['example.org/opa'], tags: ['small'], cgo: false, expectedMinutes: 1 },
  });

  const publish = (archive: Buffer, sum = createHash('sha256').update(archive).digest('hex')) => {
    files.set('/opa_linux', archive);
    files.set('/sums', Buffer.from(`${'0'.repeat(64)}  other\n${sum} *./opa_linux\n`));
  };

  const installScript = async (path: string, script: string) => {
    await writeFile(path, script);
    await chmod(path, 0o755);
  };

  const installGo = () =>
    installScript(
      join(directory, 'go/go'),
      `#!/bin/sh\n[ "$1" = version ] && exit 0\nfor last; do [ "$previous" = -o ] && out=$last; previous=$last; done\necho "$PWD $CGO_ENABLED $*" > "$out/opa"\necho x >> ${join(directory, 'builds')}\nsleep 0.3\n`,
    );

  it('takes the one on PATH where that is of the pinned version, and asks nobody', async () => {
    await installScript(join(directory, 'path/opa'), versionScript('1.22.2'));
    expect(await provideProgram(opa(), sources())).toEqual({ path: join(directory, 'path/opa'), from: 'PATH' });
    expect(server.requests).toEqual([]);
  });

  it.each(['1.22.20', '11.22.2', '1.22.1'])('passes over version %s on PATH', async (version) => {
    await installScript(join(directory, 'path/opa'), versionScript(version));
    publish(Buffer.from('from the vendor'));
    expect((await provideProgram(opa(), sources())).from).toBe('release');
  });

  it('fetches the release once, and has it in the cache from then on', async () => {
    publish(Buffer.from('from the vendor'));
    const path = join(directory, 'cache/opa/1.22.2/opa');
    expect(await provideProgram(opa(), sources())).toEqual({ path, from: 'release' });
    expect(await readFile(path, 'utf8')).toBe('from the vendor');
    await access(path, 1);
    expect(await provideProgram(opa(), sources())).toEqual({ path, from: 'cache' });
    expect(server.requests).toEqual(['/sums', '/opa_linux']);
  });

  it('takes the program out of a zip archive', async () => {
    publish(storedZip('opa', Buffer.from('zipped')));
    expect(await readFile((await provideProgram(opa('zip'), sources())).path, 'utf8')).toBe('zipped');
  });

  it('takes nothing but the program out of a tar archive, whatever folder it is in', async () => {
    await mkdir(join(directory, 'pack/opa-1.22.2/bin'), { recursive: true });
    await writeFile(join(directory, 'pack/opa-1.22.2/bin/opa'), 'tarred');
    await writeFile(join(directory, 'pack/opa-1.22.2/README'), 'not wanted');
    await create({ gzip: true, cwd: join(directory, 'pack'), file: join(directory, 'a.tar.gz') }, ['opa-1.22.2']);
    publish(await readFile(join(directory, 'a.tar.gz')));
    expect(await readFile((await provideProgram(opa('tar.gz'), sources())).path, 'utf8')).toBe('tarred');
    expect(await readdir(join(directory, 'cache/opa/1.22.2'))).toEqual(['opa']);
  });

  it('refuses a release that does not have its published checksum, and does not build instead', async () => {
    await installGo();
    publish(Buffer.from('changed on the way'), '1'.repeat(64));
    await expect(provideProgram(opa(), sources())).rejects.toThrow('it is not used');
    expect(await readdir(join(directory, 'cache/opa'))).toEqual([]);
  });

  it('builds from the pinned module where the release can not be had', async () => {
    await installGo();
    const provided = await provideProgram(opa(), sources());
    expect(provided.from).toBe('build');
    const command = await readFile(provided.path, 'utf8');
    expect(command).toMatch(`${directory}/tools/opa 0 build -mod=readonly -trimpath`);
    expect(command).toContain('-tags small');
    expect(progress).toEqual(['fetching release 1.22.2', 'building 1.22.2 with Go, about 1 min the first time']);
  });

  it('is done once where two ask at the same time', async () => {
    await installGo();
    const both = await Promise.all([provideProgram(opa(), sources()), provideProgram(opa(), sources())]);
    expect(both.map((program) => program.from).sort()).toEqual(['build', 'cache']);
    expect(await readFile(join(directory, 'builds'), 'utf8')).toBe('x\n');
    expect(progress).toContain('another process is getting it, waiting');
  });

  it('leaves nothing half done behind where a build fails, and shows the last lines', async () => {
    await installScript(
      join(directory, 'go/go'),
      '#!/bin/sh\n[ "$1" = version ] && exit 0\necho "undefined: x" >&2\nexit 1\n',
    );
    await expect(provideProgram(opa(), sources())).rejects.toThrow('go build opa ended with code 1:\nundefined: x');
    expect(await readdir(join(directory, 'cache/opa'))).toEqual([]);
  });

  it('says what to install where there is neither network nor Go', async () => {
    process.env.PATH = join(directory, 'go');
    await expect(provideProgram(opa(), sources())).rejects.toThrow(
      /opa 1\.22\.2 is neither on PATH nor in the cache.*install Go 1\.21 or newer/,
    );
  });
});
