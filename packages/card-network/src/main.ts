import { pino } from 'pino';
import { startCardNetwork } from './card-network.ts';
import { parseCardNetworkConfig } from './config.ts';

const logger = pino({
  base: { service: 'card-network' },
  messageKey: 'event',
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
});

try {
  const config = parseCardNetworkConfig(process.env);
  const network = await startCardNetwork(config, (event, fields) => logger.info(fields, event));
  const stop = async (): Promise<void> => {
    await network.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  logger.info({ address: `${config.door.host}:${network.port}` }, 'serving');
} catch (error) {
  logger.error({ error: error instanceof Error ? error.message : String(error) }, 'failed');
  process.exitCode = 1;
}
