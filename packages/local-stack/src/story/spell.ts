import type { CertificateRecord } from '@zt/kit/audit';
import type { Style } from './style.ts';

/** `order` for `spiffe://zt.example/ns/shop/sa/order`; the whole of it where the style says so, or where it is no such ID. */
export function spellWorkload(spiffeId: string, { verbose }: Pick<Style, 'verbose'>): string {
  return verbose ? spiffeId : (/^spiffe:\/\/[^/]+\/ns\/[^/]+\/sa\/([^/]+)$/.exec(spiffeId)?.[1] ?? spiffeId);
}

/** What a terminal acts on: control and format characters, line ends, halves of characters. */
const unshowable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const longestText = 120;

/** A text that may be made up by whoever was refused, as one piece of one line that says nothing to the terminal. */
export function showable(text: string): string {
  return withoutControl(text.length <= longestText ? text : `${text.slice(0, longestText)}…`);
}

/** The same of every text and name in what came as JSON, at any length. */
export function showableParts<Value>(value: Value): Value {
  return parts(value) as Value;
}

function parts(value: unknown): unknown {
  if (typeof value === 'string') return withoutControl(value);
  if (Array.isArray(value)) return value.map(parts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [withoutControl(name), parts(part)]));
}

function withoutControl(text: string): string {
  return text.replace(unshowable, '\ufffd');
}

/** `7c1f09aa…`: enough to tell two of them apart. */
export function spellId(id: string, { verbose }: Pick<Style, 'verbose'>, digits = 8): string {
  return verbose || id.length <= digits ? id : `${id.slice(0, digits)}…`;
}

/** `SVID 7c1f09aa… until 05:12:33, 41 s left`, as it was at the time of the decision. */
export function spellCertificate(certificate: CertificateRecord, at: Date, style: Style): string {
  return `SVID ${spellId(certificate.serialNumber, style)} ${spellEnd(certificate.notAfter, at, style)}`;
}

/** `until 05:12:33, 41 s left` */
export function spellEnd(end: string, at: Date, style: Style): string {
  const seconds = Math.round((Date.parse(end) - at.getTime()) / 1000);
  const left = seconds < 0 ? `ended ${spellSeconds(-seconds)} ago` : `${spellSeconds(seconds)} left`;
  return `until ${timeOfDay(new Date(end), style)}, ${left}`;
}

export function timeOfDay(time: Date, { timeZone }: Pick<Style, 'timeZone'>): string {
  return time.toLocaleTimeString('en-GB', { timeZone, hour12: false });
}

/** `15.00 EUR` */
export function spellMoney({
  minorUnits,
  currency,
}: {
  readonly minorUnits: number;
  readonly currency: string;
}): string {
  const amount = (minorUnits / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 });
  return `${amount} ${currency}`;
}

/** `/order.v1.OrderService/PlaceOrder` → `PlaceOrder` */
export function methodName(method: string): string {
  return method.slice(method.lastIndexOf('/') + 1);
}

/** `41 s`, `2 min`, `3 h` */
export function spellSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
