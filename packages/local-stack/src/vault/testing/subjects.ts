import { databaseGone, endedToken, leases } from './lease-subjects.ts';
import type { Subject } from './subject.ts';

const status: Subject = {
  about: 'how it is',
  async talk({ ask }) {
    for (const path of ['sys/health', 'sys/seal-status']) {
      await ask({ as: null, path });
      await ask({ as: null, path, method: 'HEAD' });
      await ask({ as: null, path, body: {} });
    }
    await ask({ as: null, path: '/elsewhere' });
  },
};

const logins: Subject = {
  about: 'logins',
  async talk({ ask }) {
    const path = 'auth/cert/login';
    await ask({ as: 'order', path, body: { name: 'order' } });
    await ask({ as: 'order', path, body: { name: 'order' }, method: 'PUT' });
    await ask({ as: 'order', path, body: {} });
    for (const name of ['payment', 'nobody', 1]) await ask({ as: 'order', path, body: { name } });
    await ask({ as: null, path, body: { name: 'order' } });
    await ask({ as: 'stranger', path, body: { name: 'order' } });
    await ask({ as: 'order', path });
    await ask({ as: 'order', path, method: 'DELETE' });
  },
};

const ownToken: Subject = {
  about: "a token's own life",
  async talk({ ask, logIn }) {
    const token = await logIn('prober');
    await ask({ as: 'prober', path: 'auth/token/lookup-self', token });
    await ask({ as: 'prober', path: 'auth/token/lookup-self', token, body: {} });
    const renew = 'auth/token/renew-self';
    for (const increment of [undefined, 60, '60s', '90', 99_999, -5, 'soon']) {
      await ask({ as: 'prober', path: renew, token, body: { increment } });
    }
    // A token counts whoever shows it.
    await ask({ as: 'payment', path: renew, token, body: {} });
    await ask({ as: null, path: renew, headers: { authorization: `Bearer ${token}` }, body: {} });
    await ask({ as: 'prober', path: renew, token });
    await ask({ as: 'prober', path: `${renew}/`, token, body: {} });
    await ask({ as: 'prober', path: renew, token: 'hvs.invented', body: {} });
    await ask({ as: 'prober', path: renew, body: {} });
    await ask({ as: 'prober', path: 'auth/token/revoke-self', token, body: {} });
    await ask({ as: 'prober', path: 'auth/token/revoke-self', token, body: {} });
    await ask({ as: 'prober', path: 'auth/token/lookup-self', token });
  },
};

const limits: Subject = {
  about: 'what is not theirs',
  async talk({ ask, logIn }) {
    const token = await logIn('order');
    const paths = [
      'database/creds/payment',
      'database/roles/order',
      'kv/data/payment/card-network',
      'sys/policies/acl/order',
    ];
    for (const path of [...paths, 'auth/cert/certs/order', 'auth/token/lookup-self', 'sys/mounts', 'nowhere/at/all']) {
      await ask({ as: 'order', path, token });
      await ask({ as: 'order', path });
    }
    await ask({ as: 'order', path: 'database/creds/order', token, body: {} });
    await ask({ as: 'order', path: 'auth/token/create', token, body: {} });
    await ask({ as: 'order', path: 'sys/leases/lookup/database/creds/order?list=true', token });
    const probing = await logIn('prober');
    for (const path of ['nowhere/at/all', 'auth/token/nothing', 'sys/leases/renew', 'auth/token/renew-self']) {
      await ask({ as: 'prober', path, token: probing });
    }
  },
};

const secrets: Subject = {
  about: 'secrets and their versions',
  async talk({ ask, logIn }) {
    const [data, metadata] = ['kv/data/payment/card-network', 'kv/metadata/payment/card-network'];
    const payment = await logIn('payment');
    const operator = await logIn('operator');
    await ask({ as: 'payment', path: data, token: payment });
    await ask({ as: 'payment', path: data, token: payment, body: { data: { key: 'x' } } });
    await ask({ as: 'operator', path: data, token: operator });
    await ask({ as: 'operator', path: data, token: operator, body: { data: { key: 'cnk_second' } } });
    await ask({ as: 'operator', path: 'kv/data/payment/other', token: operator, body: { data: { key: 'x' } } });
    const token = await logIn('prober');
    const write = (path: string, body: unknown) => ask({ as: 'prober', path, token, body });
    for (const cas of [0, 1, 'x', 2]) await write(data, { data: { key: 'cnk_next' }, options: { cas } });
    for (const cas of [1, 0]) await write('kv/data/new', { data: { key: 'cnk_new' }, options: { cas } });
    for (const body of [{}, '', { data: 'x' }, { data: null }]) await write('kv/data/new', body);
    await ask({ as: 'prober', path: 'kv/data/new', token });
    for (const version of ['', '?version=1', '?version=0', '?version=9', '?version=x']) {
      await ask({ as: 'prober', path: `${data}${version}`, token });
    }
    for (const path of [metadata, 'kv/data/nothing', 'kv/metadata/nothing']) await ask({ as: 'prober', path, token });
    for (let version = 2; version <= 11; version++) await write('kv/data/new', { data: { key: `cnk_${version}` } });
    await ask({ as: 'prober', path: 'kv/data/new?version=1', token });
    await ask({ as: 'prober', path: 'kv/metadata/new', token });
  },
};

const trust: Subject = {
  about: 'whom it trusts',
  async talk({ ask, logIn }, _vault, { bundle, identities }) {
    const token = await logIn('trust-updater');
    const write = (name: string, body: unknown) =>
      ask({ as: 'trust-updater', path: `auth/cert/certs/${name}`, token, body });
    await write('order', { certificate: 'nonsense' });
    await write('order', {
      certificate: identities.get('stranger')?.bundles.get('zt.example')?.x509Authorities.join(''),
    });
    await ask({ as: 'order', path: 'auth/cert/login', body: { name: 'order' } });
    await ask({ as: 'stranger', path: 'auth/cert/login', body: { name: 'order' } });
    await write('order', { certificate: bundle, token_ttl: 1 });
    await write('nobody', { certificate: bundle });
    await write('order', { certificate: bundle });
    await write('order', {});
    await logIn('order');
    await ask({ as: 'trust-updater', path: 'auth/cert/certs/order', token });
  },
};

const malformed: Subject = {
  about: 'what can not be read',
  async talk({ ask, logIn }) {
    const token = await logIn('prober');
    for (const path of ['auth/cert/login', 'auth/token/renew-self', 'sys/leases/renew', 'kv/data/new']) {
      for (const body of ['{bad', '{"data":{"key":1}', '[]', '"text"', '1'])
        await ask({ as: 'prober', path, token, body });
    }
  },
};

const sealed: Subject = {
  about: 'being sealed',
  async talk({ ask, logIn }, vault) {
    const token = await logIn('order');
    const lease = await ask({ as: 'order', path: 'database/creds/order', token });
    await vault.seal();
    for (const path of ['sys/health', 'sys/seal-status']) await ask({ as: null, path });
    await ask({ as: 'order', path: 'auth/cert/login', body: { name: 'order' } });
    await ask({ as: 'order', path: 'auth/token/renew-self', token, body: {} });
    await ask({ as: 'order', path: 'sys/leases/renew', token, body: { lease_id: lease?.lease_id } });
    for (const path of ['database/creds/order', 'kv/data/nothing', 'nowhere']) await ask({ as: 'order', path, token });
    await ask({ as: 'order', path: 'auth/token/renew-self', token, body: '{bad' });
    await ask({ as: 'order', path: '/elsewhere', token });
    await vault.unseal();
    await ask({ as: 'order', path: 'auth/token/renew-self', token, body: {} });
  },
};

/** In this order: what is said of one does not change what is answered to the next. */
export const subjects: readonly Subject[] = [
  ...[status, logins, ownToken, endedToken, limits, leases, secrets, trust, malformed, sealed, databaseGone],
];
