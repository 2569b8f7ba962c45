import { expect, test } from 'vitest';
import { parsePaymentConfig } from './config.ts';

const env = {
  PUBLIC_ADDRESS: '127.0.0.1:5003',
  CARD_NETWORK_URL: 'https://localhost:5010/',
  CARD_NETWORK_CA_FILE: '/state/authority.pem',
};

test('the environment says where the card network is', () => {
  expect(parsePaymentConfig(env)).toEqual({
    publicAddress: { host: '127.0.0.1', port: 5003 },
    cardNetworkUrl: 'https://localhost:5010',
    cardNetworkCaFile: '/state/authority.pem',
  });
});

test('what is missing or wrong is named: the card network is never reached without TLS', () => {
  expect(() => parsePaymentConfig({ ...env, CARD_NETWORK_URL: 'http://localhost:5010' })).toThrow(/CARD_NETWORK_URL/);
  expect(() => parsePaymentConfig({})).toThrow(/PUBLIC_ADDRESS.*CARD_NETWORK_CA_FILE/);
});
