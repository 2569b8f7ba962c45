/** When a workload got an SVID, and until when that is valid. */
export interface SvidEvent {
  readonly spiffeId: string;
  readonly serialNumber: string;
  readonly receivedAt: Date;
  readonly notAfter: Date;
}

/** The last SVID of each workload in a log, as the kit writes `svid_received`. Lines of other kinds are passed over. */
export function lastSvidEvents(log: string): SvidEvent[] {
  const last = new Map<string, SvidEvent>();
  for (const line of log.split('\n')) {
    if (!line.includes('"svid_received"')) continue;
    const event = parseSvidEvent(line);
    if (event !== null) last.set(event.spiffeId, event);
  }
  return [...last.values()];
}

function parseSvidEvent(line: string): SvidEvent | null {
  try {
    const { time, spiffeId, serialNumber, notAfter } = JSON.parse(line);
    return { spiffeId, serialNumber, receivedAt: new Date(time), notAfter: new Date(notAfter) };
  } catch {
    // The log was cut within this line.
    return null;
  }
}
