import { EventEmitter, once } from 'node:events';
import type { X509SVIDResponse } from '@zt/proto/workload-api';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { type StreamEvent, watchStream } from './watch-stream.ts';
import { createWorkloadApiClient, workloadMetadata } from './workload-api-client.ts';
import { parseX509Context } from './x509-context.ts';

/** What a source tells the service's log. */
export type IdentityEvent =
  | {
      readonly event: 'svid_received';
      readonly spiffeId: string;
      readonly serialNumber: string;
      readonly notAfter: string;
    }
  | { readonly event: 'identity_withdrawn' }
  /** Nobody brought a successor in time. */
  | { readonly event: 'svid_expired'; readonly serialNumber: string }
  | { readonly event: 'agent_lost'; readonly detail: string };

export interface WorkloadX509SourceOptions {
  /** `unix:///…`, as SPIFFE_ENDPOINT_SOCKET has it. */
  readonly socket: string;
  /** Which SVID to take where the agent gives several; the default one otherwise. */
  readonly spiffeId?: string;
  readonly log: (event: IdentityEvent) => void;
  /** How long to wait for the first SVID: a fresh registration takes seconds to arrive. */
  readonly startTimeoutMs?: number;
}

export interface WorkloadX509Source extends X509Source {
  close(): void;
}

type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready'; readonly snapshot: IdentitySnapshot; readonly deniedSince: number | null }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'closed' };

/**
 * Tainting an authority ends running streams with the same PERMISSION_DENIED as deleting an entry does, and the
 * replacement comes moments later. So a denial counts as a withdrawal only after it has lasted this long.
 */
const withdrawnAfterMs = 2_000;

// Node's own timers stand still while the machine sleeps and overflow after 24.8 days: look at the clock now and then.
const longestWaitMs = 60_000;

/**
 * The workload's identity as the SPIFFE agent streams it (SPIFFE Workload API, section 5.2). Settles with the first
 * SVID; throws `identity_unavailable` where none comes in time. Without the agent, the SVID in hand serves until its end.
 */
export async function createWorkloadX509Source(options: WorkloadX509SourceOptions): Promise<WorkloadX509Source> {
  const client = createWorkloadApiClient(options.socket);
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  const stop = new AbortController();
  let state: State = { kind: 'waiting' };
  let lastTrouble = 'the agent did not answer';
  let end: NodeJS.Timeout | undefined;

  /**
   * Whoever follows the identity hears of its end as of a withdrawal: a connection that was made with an earlier SVID, which
   * may have been meant to live longer, serves no longer than the one that took its place.
   */
  function watchEnd(snapshot: IdentitySnapshot): void {
    clearTimeout(end);
    const { serialNumber } = snapshot.svid;
    const look = () => {
      if (state.kind !== 'ready' || state.snapshot !== snapshot) return;
      if (remainingMs(snapshot) > 0) return watchEnd(snapshot);
      options.log({ event: 'svid_expired', serialNumber });
      changes.emit('change');
    };
    end = setTimeout(look, Math.min(Math.max(remainingMs(snapshot), 0), longestWaitMs)).unref();
  }

  function onEvent(event: StreamEvent<X509SVIDResponse>): void {
    switch (event.kind) {
      case 'message': {
        const snapshot = parseX509Context(event.message, options.spiffeId);
        state = { kind: 'ready', snapshot, deniedSince: null };
        options.log({
          event: 'svid_received',
          spiffeId: snapshot.svid.spiffeId.uri,
          serialNumber: snapshot.svid.serialNumber,
          notAfter: snapshot.svid.notAfter.toISOString(),
        });
        watchEnd(snapshot);
        changes.emit('change');
        return;
      }
      case 'denied':
        lastTrouble =
          'the agent has no identity for this process: it is not registered, or not started from its own program';
        if (state.kind !== 'ready') return;
        if (state.deniedSince === null) state = { ...state, deniedSince: performance.now() };
        else if (performance.now() - state.deniedSince > withdrawnAfterMs) {
          state = { kind: 'withdrawn' };
          options.log({ event: 'identity_withdrawn' });
          changes.emit('change');
        }
        return;
      case 'lost':
        lastTrouble = event.detail;
        options.log({ event: 'agent_lost', detail: event.detail });
        return;
    }
  }

  const watching = watchStream<X509SVIDResponse>({
    open: () => client.fetchX509Svid({}, workloadMetadata()),
    onEvent,
    // An SVID is replaced at half its life. A stream that says nothing until three quarters hangs.
    silenceMs: () => (state.kind === 'ready' ? Math.max(1_000, remainingMs(state.snapshot) * 0.75) : null),
    signal: stop.signal,
  });

  function close(): void {
    state = { kind: 'closed' };
    clearTimeout(end);
    stop.abort();
    client.close();
    changes.removeAllListeners();
  }

  const timeoutMs = options.startTimeoutMs ?? 30_000;
  await Promise.race([
    once(changes, 'change', { signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop.signal]) }),
    watching,
  ]).catch((cause: unknown) => {
    close();
    throw new ZeroTrustError('identity_unavailable', `no SVID after ${timeoutMs} ms: ${lastTrouble}`, { cause });
  });

  return {
    current() {
      if (state.kind !== 'ready') throw new ZeroTrustError('identity_unavailable', `the identity is ${state.kind}`);
      if (remainingMs(state.snapshot) <= 0) throw new ZeroTrustError('identity_unavailable', 'the SVID ended its life');
      return state.snapshot;
    },
    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
    close,
  };
}

function remainingMs(snapshot: IdentitySnapshot): number {
  return snapshot.svid.notAfter.getTime() - Date.now();
}
