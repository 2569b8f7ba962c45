import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardNetworkAdmin, createCardNetworkAdmin } from '../admin/admin-client.ts';
import { type CardNetwork, startCardNetwork } from '../card-network.ts';
import type { CardNetworkConfig } from '../config.ts';

/** A card network of one's own, with an API key. */
export interface TestCardNetwork {
  /** `https://localhost:port` */
  readonly url: string;
  readonly adminPort: number;
  readonly caFile: string;
  readonly stateDirectory: string;
  readonly apiKey: string;
  readonly admin: CardNetworkAdmin;
  /** Ends it and starts it again, at the same address and with its state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestCardNetwork(changes: Partial<CardNetworkConfig> = {}): Promise<TestCardNetwork> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'zt-card-network-'));
  const config: CardNetworkConfig = {
    door: { host: 'localhost', port: 0 },
    adminDoor: { host: 'localhost', port: 0 },
    stateDirectory,
    merchantUrl: 'https://localhost:1/settlements',
    merchantCaFile: join(stateDirectory, 'authority.pem'),
    merchantAudience: 'spiffe://zt.example/ns/shop/sa/payment',
    settleAfterSeconds: 3600,
    ...changes,
  };
  const start = (doors: Pick<CardNetworkConfig, 'door' | 'adminDoor'>) =>
    startCardNetwork({ ...config, ...doors }, () => {});
  let network: CardNetwork | null = await start(config);
  const { port, adminPort } = network;
  const caFile = join(stateDirectory, 'authority.pem');
  const keyFile = join(stateDirectory, 'admin.key');
  const admin = createCardNetworkAdmin({ url: `https://localhost:${adminPort}`, caFile, keyFile });
  const stop = async (): Promise<void> => {
    await network?.close();
    network = null;
  };
  return {
    url: `https://localhost:${port}`,
    adminPort,
    caFile,
    stateDirectory,
    apiKey: (await admin.issueKey()).key,
    admin,
    async restart() {
      await stop();
      network = await start({ door: { ...config.door, port }, adminDoor: { ...config.adminDoor, port: adminPort } });
    },
    stop,
    async close() {
      await stop();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
