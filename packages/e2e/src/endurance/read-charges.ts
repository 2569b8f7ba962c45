import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { StackDescription } from '../stack-description.ts';
import type { Charge } from './balance.ts';

const payments = z.array(
  z.object({
    paymentId: z.string(),
    captures: z.number().int(),
    capturedMinorUnits: z.number().int(),
    refundedMinorUnits: z.number().int(),
    status: z.string(),
  }),
);

/** Everything in the card network's own books, as its operator sees it. */
export async function readCharges({ cardNetwork }: Pick<StackDescription, 'cardNetwork'>): Promise<Charge[]> {
  const dispatcher = new Agent({ connect: { ca: await readFile(cardNetwork.caFile, 'utf8') } });
  try {
    const key = (await readFile(cardNetwork.adminKeyFile, 'utf8')).trim();
    const response = await request(`${cardNetwork.adminUrl}/admin/payments`, {
      dispatcher,
      headers: { authorization: `Bearer ${key}` },
    });
    const body = await response.body.json();
    if (response.statusCode !== 200) throw new Error(`the card network answers ${response.statusCode} to its operator`);
    return payments.parse(body).map(({ status, ...charge }) => ({ ...charge, open: status === 'held' }));
  } finally {
    await dispatcher.close();
  }
}
