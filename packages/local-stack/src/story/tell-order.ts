import type { Chapter } from './chapter.ts';
import { heading, paragraph } from './layout.ts';
import { placeOrder } from './place-order.ts';
import { isConfirmed, showOrder } from './show-order.ts';

/** The first chapter: one order, hop by hop. */
export async function tellOrder({ world, style, print }: Chapter): Promise<boolean> {
  print([
    ...heading(1, 'One order, hop by hop', style),
    ...paragraph(
      'alice logs in with her password and orders tea. Each service on the way wrote down what it decided before it did anything; this is read back from those records. An SVID is the certificate by which a workload proves who it is.',
    ),
    '',
  ]);
  const run = await placeOrder(world, { user: 'alice', sku: 'tea-assam-100g', quantity: 2 });
  print(showOrder(run, style));
  return isConfirmed(run);
}
