import { BusinessError } from '@zt/kit/errors';

const userIdPattern = /^[\x21-\x7e]{1,255}$/;
/** No control characters, line breaks or unassigned code points: a purpose is read by people, in a ledger. */
const purposePattern = /^\P{C}{4,128}$/u;

/** Gives the user's id, or throws `BusinessError` `invalid`. */
export function parseUserId(id: string): string {
  if (!userIdPattern.test(id)) throw new BusinessError('invalid', 'A user id has 1 to 255 visible ASCII characters.');
  return id;
}

/** Throws `BusinessError` `invalid` where nobody could read later what an order was looked at for. */
export function assertPurpose(purpose: string): void {
  if (!purposePattern.test(purpose)) {
    throw new BusinessError('invalid', 'A purpose has 4 to 128 characters, in one line.');
  }
}
