import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { createAdminService } from './admin/admin-service.ts';
import { createFaults } from './admin/fault.ts';
import { createBooks } from './books/books.ts';
import { createCharges } from './books/charges.ts';
import { createFirstAnswers } from './books/first-answers.ts';
import { openLedger } from './books/ledger.ts';
import { createSettlements } from './books/settlements.ts';
import type { CardNetworkConfig, Door } from './config.ts';
import { createMerchantService } from './merchant/merchant-service.ts';
import { provideNoticeKey } from './notices/notice-key.ts';
import { createNoticeSender } from './notices/notice-sender.ts';
import { postNotice } from './notices/post-notice.ts';
import { signNotice } from './notices/sign-notice.ts';
import { createApiKeys } from './secrets/api-keys.ts';
import { readOrMakeSecret } from './secrets/secret-file.ts';
import { provideServerCertificate, type ServerCertificate } from './secrets/server-certificate.ts';

export interface CardNetwork {
  readonly port: number;
  readonly adminPort: number;
  close(): Promise<void>;
}

/** Starts a card network, with the state of the run before where there is one. */
export async function startCardNetwork(
  config: CardNetworkConfig,
  log: (event: string, fields: Readonly<Record<string, unknown>>) => void,
): Promise<CardNetwork> {
  const { stateDirectory: directory } = config;
  const now = (): Date => new Date();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const certificate = await provideServerCertificate(directory, [config.door.host, config.adminDoor.host], now());
  const noticeKey = provideNoticeKey(directory);
  const adminKey = readOrMakeSecret(join(directory, 'admin.key'), () => randomBytes(32).toString('base64url'));
  const ledger = openLedger(join(directory, 'books.db'));
  const [charges, settlements] = [createCharges(ledger), createSettlements(ledger)];
  const firstAnswers = createFirstAnswers(ledger);
  const { settleAfterSeconds } = config;
  const books = createBooks({ charges, firstAnswers, settlements, settleAfterSeconds, now });
  const apiKeys = createApiKeys(ledger, now);
  const faults = createFaults();
  const merchants = createMerchantService({ books, charges, apiKeys, faults, noticeKey });
  const sign = signNotice.bind(null, noticeKey);
  const admin = createAdminService({ adminKey: adminKey.trim(), apiKeys, charges, settlements, faults, sign });
  const servers = [
    await listen(certificate, merchants, config.door),
    await listen(certificate, admin, config.adminDoor),
  ] as const;
  const sender = createNoticeSender({
    settlements,
    async send(settlement) {
      const notice = await sign(settlement, { audience: config.merchantAudience, issuedAt: now() });
      await postNotice(config.merchantUrl, config.merchantCaFile, notice);
    },
    onPostponed: (postponed) => log('notice_postponed', postponed),
    now,
  });
  return {
    port: portOf(servers[0]),
    adminPort: portOf(servers[1]),
    async close() {
      await sender.close();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      ledger.close();
    },
  };
}

async function listen(
  certificate: ServerCertificate,
  service: Hono<{ Bindings: HttpBindings }>,
  { host, port }: Door,
): Promise<Server> {
  const listener = getRequestListener(service.fetch, { overrideGlobalObjects: false });
  const server = createServer({ ...certificate, minVersion: 'TLSv1.3' }, listener);
  server.listen(port, (await lookup(host, { family: 4 })).address);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
