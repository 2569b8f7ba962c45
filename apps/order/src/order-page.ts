import { BusinessError } from '@zt/kit/errors';

/** A part of a list of orders that has the newest first. */
export interface Page {
  readonly size: number;
  /** The last order of the page before; null for the first page. */
  readonly after: Position | null;
}

/** Where an order stands in the list. */
export interface Position {
  readonly placedAt: Date;
  readonly orderId: string;
}

const usualSize = 20;
const largestSize = 100;
/** Eight bytes of time and sixteen of the order's id, in base64url: no text of this length has two spellings. */
const tokenPattern = /^[A-Za-z0-9_-]{32}$/;
const latestTime = 8.64e15;

/** Gives the page that is asked for, or throws `BusinessError` `invalid`. */
export function parsePage(request: { readonly pageSize: number; readonly pageToken: string }): Page {
  const { pageSize, pageToken } = request;
  if (!Number.isInteger(pageSize) || pageSize < 0 || pageSize > largestSize) {
    throw new BusinessError('invalid', `A page has 1 to ${largestSize} orders.`);
  }
  return { size: pageSize || usualSize, after: pageToken === '' ? null : parsePageToken(pageToken) };
}

/** What the next page begins after. It holds nothing that its holder has not seen. */
export function pageTokenOf({ placedAt, orderId }: Position): string {
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64BE(BigInt(placedAt.getTime()));
  bytes.write(orderId.replaceAll('-', ''), 8, 'hex');
  return bytes.toString('base64url');
}

function parsePageToken(token: string): Position {
  const bytes = Buffer.from(tokenPattern.test(token) ? token : '', 'base64url');
  const time = bytes.length === 24 ? Number(bytes.readBigUInt64BE()) : Number.NaN;
  if (!(time <= latestTime)) throw new BusinessError('invalid', 'A page token is taken from the answer before.');
  const id = bytes.toString('hex', 8);
  const orderId = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
  return { placedAt: new Date(time), orderId };
}
