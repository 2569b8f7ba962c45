import type { SecurityEvent } from './security-event.ts';
import type { HeardEvents } from './security-event-receiver.ts';
import type { SessionNews } from './session-watch.ts';

/** What verified events say of sessions, users and workloads: of one and the same, the last of them counts. */
export function newsOfEvents({ events, complete }: HeardEvents): SessionNews {
  const last = new Map(events.map((event) => [subjectOf(event), event]));
  const all = [...last.values()];
  return {
    endedSessionIds: all.flatMap((event) => (event.kind === 'session revoked' ? [event.sessionId] : [])),
    blockedUserIds: all.flatMap((event) => (event.kind === 'user disabled' ? [event.userId] : [])),
    unblockedUserIds: all.flatMap((event) => (event.kind === 'user enabled' ? [event.userId] : [])),
    quarantinedWorkloads: all.flatMap((event) => (event.kind === 'workload disabled' ? [event.spiffeId] : [])),
    releasedWorkloads: all.flatMap((event) => (event.kind === 'workload enabled' ? [event.spiffeId] : [])),
    complete,
  };
}

function subjectOf(event: SecurityEvent): string {
  switch (event.kind) {
    case 'session revoked':
      return `session ${event.sessionId}`;
    case 'user disabled':
    case 'user enabled':
      return `user ${event.userId}`;
    case 'workload disabled':
    case 'workload enabled':
      return `workload ${event.spiffeId}`;
  }
}
