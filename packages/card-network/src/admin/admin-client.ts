import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Fault } from './fault.ts';

export type { Fault } from './fault.ts';

/** Where the network's operator finds it. */
export interface AdminAccess {
  /** `https://localhost:port` */
  readonly url: string;
  /** PEM of the authority that vouches for the network. */
  readonly caFile: string;
  readonly keyFile: string;
}

const apiKey = z.object({ keyId: z.string(), createdAt: z.string(), lastUsedAt: z.string().nullable() });
const charge = z.object({
  paymentId: z.string(),
  state: z.enum(['held', 'captured', 'voided', 'declined']),
  capturedMinorUnits: z.number(),
  refundedMinorUnits: z.number(),
  /** How often money was taken: more than once is a charge twice. */
  captures: z.number(),
});
export type AdminApiKey = z.infer<typeof apiKey>;
export type AdminCharge = z.infer<typeof charge>;

/** A notice of one's choice, signed by the network. */
export interface NoticeWish {
  readonly paymentId: string;
  readonly settlementId: string;
  readonly amount: { readonly currency: string; readonly minorUnits: number };
  readonly audience: string;
  readonly issuedAt: Date;
}

/** The network as its operator sees it. Files are read at each call. */
export interface CardNetworkAdmin {
  listKeys(): Promise<AdminApiKey[]>;
  /** The key is told this once. */
  issueKey(): Promise<{ readonly keyId: string; readonly key: string }>;
  revokeKey(keyId: string): Promise<void>;
  listPayments(): Promise<AdminCharge[]>;
  /** How many settlements the merchant has not taken note of yet. */
  outstandingSettlements(): Promise<number>;
  setFault(fault: Fault): Promise<void>;
  signNotice(wish: NoticeWish): Promise<string>;
}

const timeoutMs = 10_000;

export function createCardNetworkAdmin(access: AdminAccess): CardNetworkAdmin {
  async function ask<Answer>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    answer: z.ZodType<Answer>,
    body?: unknown,
  ): Promise<Answer> {
    const [ca, key] = await Promise.all([readFile(access.caFile, 'utf8'), readFile(access.keyFile, 'utf8')]);
    const dispatcher = new Agent({ connect: { ca } });
    try {
      const response = await request(`${access.url}/admin/${path}`, {
        method,
        dispatcher,
        headers: { authorization: `Bearer ${key.trim()}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.body.text();
      if (response.statusCode >= 300) throw new Error(`the card network answered ${response.statusCode} to ${path}`);
      return answer.parse(text === '' ? undefined : JSON.parse(text));
    } finally {
      await dispatcher.destroy();
    }
  }

  return {
    listKeys: () => ask('GET', 'keys', z.array(apiKey)),
    issueKey: () => ask('POST', 'keys', z.object({ keyId: z.string(), key: z.string() })),
    revokeKey: (keyId) => ask('DELETE', `keys/${encodeURIComponent(keyId)}`, z.void()),
    listPayments: () => ask('GET', 'payments', z.array(charge)),
    outstandingSettlements: async () =>
      (await ask('GET', 'settlements', z.object({ outstanding: z.number() }))).outstanding,
    setFault: (fault) => ask('PUT', 'fault', z.void(), fault),
    signNotice: async (wish) => (await ask('POST', 'notices', z.object({ notice: z.string() }), wish)).notice,
  };
}
