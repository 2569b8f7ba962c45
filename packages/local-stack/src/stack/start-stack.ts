import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createControlServer } from '../control/control-server.ts';
import type { StackStatus } from '../control/stack-status.ts';
import { createFaultsInForce } from '../faults/faults-in-force.ts';
import type { StackContext } from '../stack-context.ts';
import { createProcessGroup } from '../supervisor/create-process-group.ts';
import { createEmbeddedSurroundings } from '../surroundings/embedded-surroundings.ts';
import { createNativeSurroundings } from '../surroundings/native-surroundings.ts';
import { choosePorts } from './choose-ports.ts';
import { createKeepRunning } from './keep-running.ts';
import { createLogObserver } from './log-observer.ts';
import { createProcessTable } from './process-table.ts';
import { provideNativePrograms, provideStackPrograms } from './provide-stack-programs.ts';
import { readProcessLogs } from './read-process-logs.ts';
import { requireKind } from './require-kind.ts';
import { createBreakable } from './stack-breakable.ts';
import { createStackDescriptionFile } from './stack-description-file.ts';
import { makeSocketDirectory, takeStateDirectory } from './stack-directories.ts';
import { createStackParts } from './stack-parts.ts';
import { stateDirectoryOf, writeStackRecord } from './stack-record.ts';
import type { StackSettings } from './stack-settings.ts';
import type { StepEvent } from './stack-step.ts';
import { gatewayUrl, userIssuerUrl } from './stack-urls.ts';

export interface StackOptions {
  readonly repositoryRoot: string;
  readonly settings: StackSettings;
  readonly onStep: (event: StepEvent) => void;
  /** What an operator wants to know while it runs, such as crashes. */
  readonly onReport: (message: string) => void;
}

export interface RunningStack {
  readonly context: StackContext;
  status(): Promise<StackStatus>;
  /** Ends everything; can be called more than once. */
  stop(): Promise<void>;
  /** Settles when it has stopped: with null because it was asked to, with an error where it could not go on. */
  readonly ended: Promise<Error | null>;
}

/**
 * Starts everything and settles when orders can be placed. Throws where something could not start; nothing is left
 * running then. Ctrl-C is the caller's to handle: abort the signal to give up a start.
 */
export async function startStack(options: StackOptions, signal: AbortSignal): Promise<RunningStack> {
  const { settings, repositoryRoot } = options;
  const stateDirectory = stateDirectoryOf(repositoryRoot, settings.name);
  const startedAt = new Date().toISOString();
  const taken = await takeStateDirectory(stateDirectory);
  const ended = Promise.withResolvers<Error | null>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let phase: StackStatus['phase'] = 'starting';

  options.onStep({ step: 'programs', state: 'started' });
  const { programs, nativePrograms } = await (async () => {
    await requireKind(stateDirectory, settings);
    const onProgress = (detail: string) => options.onStep({ step: 'programs', state: 'progress', detail });
    return {
      nativePrograms: settings.kind === 'native' ? await provideNativePrograms(repositoryRoot, onProgress) : null,
      programs: await provideStackPrograms(repositoryRoot, settings, onProgress),
    };
  })().catch(async (error: unknown) => {
    await taken.release();
    throw error;
  });
  options.onStep({ step: 'programs', state: 'done' });

  const table = createProcessTable();
  const keepRunning = createKeepRunning({
    table,
    report: options.onReport,
    onHopeless: (error) => {
      failed.reject(error);
      if (phase === 'running') void stop(error);
    },
  });
  const processes = await createProcessGroup({ stateDirectory, onCrash: keepRunning.onCrash });
  const socketDirectory = await makeSocketDirectory(stateDirectory);
  const ports = await choosePorts(stateDirectory);
  const context: StackContext = {
    kind: settings.kind,
    name: settings.name,
    repositoryRoot,
    stateDirectory,
    socketDirectory,
    ports,
    programs,
    processes,
  };
  const controlSocket = join(socketDirectory, 'control.sock');
  const description = createStackDescriptionFile(context);
  const surroundings =
    nativePrograms === null
      ? createEmbeddedSurroundings(context, {
          settings,
          keepRunning,
          onCertificateWritten: () => parts.certificateWritten('postgres'),
        })
      : createNativeSurroundings(
          { ...context, programs: { ...programs, ...nativePrograms } },
          { settings, controlSocket, keepRunning },
        );
  const parts = createStackParts(context, { settings, surroundings, keepRunning, onStep: options.onStep });
  const status = async (): Promise<StackStatus> => ({
    name: settings.name,
    phase,
    startedAt,
    gatewayUrl: gatewayUrl(ports),
    issuerUrl: userIssuerUrl(context),
    faults: [...faults.list()],
    processes: await table.status(context),
  });
  const faults = createFaultsInForce(
    createBreakable({
      kind: settings.kind,
      surroundings,
      keepRunning,
      observer: async () =>
        createLogObserver({
          readLogs: readProcessLogs(stateDirectory),
          processes: (await status()).processes,
          svidTtlSeconds: settings.svidTtlSeconds,
        }),
      report: options.onReport,
    }),
    options.onReport,
  );
  const control = await createControlServer(controlSocket, {
    status,
    stop: () => stopProcesses().finally(() => void stop(null)),
    certificateWritten: parts.certificateWritten,
    trouble: async (trouble) => {
      switch (trouble.what) {
        case 'hold':
          return keepRunning.hold(trouble.process);
        case 'release':
          return keepRunning.release(trouble.process);
        case 'seal':
        case 'unseal':
          return await surroundings.sealVault(trouble.what === 'seal');
      }
    },
    authority: (step) => surroundings.authority()[step](),
    fault: faults.begin,
    mend: faults.mend,
    faults: faults.list,
  });
  await writeStackRecord(stateDirectory, { socketDirectory, controlSocket, settings });

  let stopping: Promise<void> | null = null;
  function stopProcesses(): Promise<void> {
    phase = 'stopping';
    keepRunning.stop();
    failed.reject(new Error('the stack was stopped'));
    stopping ??= faults
      .close()
      .then(() => Promise.all([description.remove(), parts.stop()]))
      .then(() => processes.stopAll());
    return stopping;
  }
  let closing: Promise<void> | null = null;
  function stop(reason: Error | null): Promise<void> {
    closing ??= (async () => {
      await stopProcesses();
      await taken.release();
      // Last: whoever waits for the socket to go knows then that everything else is gone.
      await control.close();
      await rm(socketDirectory, { recursive: true, force: true });
      ended.resolve(reason);
    })();
    return closing;
  }

  const abort = () => failed.reject(new Error('the start was given up'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    await description.write(await Promise.race([parts.start(), failed.promise]));
    phase = 'running';
  } catch (error) {
    await stop(null);
    throw error;
  }
  return { context, status, stop: () => stop(null), ended: ended.promise };
}
