/** What somebody asks for on the command line. */
export interface Wish {
  readonly name: string;
  /** Services that it calls, `inventory`, or methods of them, `payment.RefundPayment`. */
  readonly calls: readonly string[];
  /** Services that call it, `order`, or methods of them, `order.PlaceOrder`. */
  readonly calledBy: readonly string[];
  readonly database: boolean;
}

/** Why no service can be made of a wish, in a sentence for whoever made it. Nothing was written. */
export class WishError extends Error {
  override readonly name = 'WishError';
}
