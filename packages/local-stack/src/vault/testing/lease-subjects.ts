import { setTimeout as delay } from 'node:timers/promises';
import type { Subject } from './subject.ts';

export const endedToken: Subject = {
  about: 'a token whose time is over, and the leases taken with it',
  async talk({ ask, askWhile, logIn }) {
    const operator = await logIn('operator');
    const token = await logIn('brief');
    const lease = await ask({ as: 'brief', path: 'database/creds/order', token });
    await delay(2_500);
    await ask({ as: 'brief', path: 'auth/token/lookup-self', token });
    await ask({ as: 'brief', path: 'auth/token/renew-self', token, body: {} });
    const body = { lease_id: lease?.lease_id };
    await askWhile(200, { as: 'operator', path: 'sys/leases/lookup', token: operator, body });
  },
};

export const leases: Subject = {
  about: 'database logins and their leases',
  async talk({ ask, askWhile, logIn }) {
    const token = await logIn('order');
    const operator = await logIn('operator');
    const lookUp = (id: unknown) => ({
      as: 'operator',
      path: 'sys/leases/lookup',
      token: operator,
      body: { lease_id: id },
    });
    const list = (path: string) =>
      ask({ as: 'operator', path: `sys/leases/lookup/${path}?list=true`, token: operator });
    await list('database/creds/order');
    const lease = await ask({ as: 'order', path: 'database/creds/order', token });
    const id = lease?.lease_id ?? '';
    await ask(lookUp(id));
    for (const path of [
      'database/creds',
      'database/creds/',
      'database/creds/order',
      'database/creds/payment',
      'database',
    ]) {
      await list(path);
    }
    await ask({ as: 'operator', path: 'sys/leases/lookup/database/creds/order', token: operator });
    const renew = (body: unknown) => ask({ as: 'order', path: 'sys/leases/renew', token, body });
    for (const increment of [undefined, 2]) await renew({ lease_id: id, increment });
    const probing = await logIn('prober');
    for (const increment of [2, 100, 'soon'])
      await ask({ as: 'prober', path: 'sys/leases/renew', token: probing, body: { lease_id: id, increment } });
    await ask(lookUp(id));
    const unknown = 'database/creds/order/unknown';
    const others = 'database/creds/payment/unknown';
    for (const body of [
      { lease_id: unknown },
      { lease_id: others },
      { lease_id: '' },
      {},
      '',
      { lease_id: id, more: 1 },
    ])
      await renew(body);
    for (const each of [unknown, 'auth/x', '']) await ask(lookUp(each));
    const revoke = (body: unknown) => ask({ as: 'order', path: 'sys/leases/revoke', token, body });
    for (const body of [
      { lease_id: unknown, sync: true },
      { lease_id: unknown, sync: false },
      { lease_id: others },
      {},
      { lease_id: id, sync: 'x' },
    ]) {
      await revoke(body);
    }
    for (const _time of ['once', 'again']) await revoke({ lease_id: id, sync: true });
    await renew({ lease_id: id });
    await ask(lookUp(id));
    const second = await ask({ as: 'order', path: 'database/creds/order', token });
    await revoke({ lease_id: second?.lease_id });
    await askWhile(200, lookUp(second?.lease_id));
    const third = await ask({ as: 'order', path: 'database/creds/order', token });
    await ask({ as: 'order', path: 'auth/token/revoke-self', token, body: {} });
    await askWhile(200, lookUp(third?.lease_id));
    await ask({ as: 'prober', path: 'database/creds/nobody', token: probing });
    await ask({ as: 'prober', path: 'database/creds/order', token: probing, body: {} });
    await ask({ as: 'prober', path: 'database/creds', token: probing });
  },
};

export const databaseGone: Subject = {
  about: 'a database that is gone',
  async talk({ ask, logIn }, _vault, { stopPostgres }) {
    const token = await logIn('order');
    const lease = await ask({ as: 'order', path: 'database/creds/order', token });
    const body = { lease_id: lease?.lease_id };
    await stopPostgres();
    await ask({ as: 'order', path: 'database/creds/order', token, ownWords: true });
    await ask({ as: 'order', path: 'sys/leases/renew', token, body, ownWords: true });
    await ask({ as: 'order', path: 'sys/leases/revoke', token, body: { ...body, sync: true }, ownWords: true });
    await ask({ as: 'order', path: 'sys/leases/revoke', token, body, ownWords: true });
    await ask({ as: 'order', path: 'sys/leases/revoke', token, body: { ...body, sync: false } });
    await ask({ as: 'order', path: 'sys/leases/renew', token, body, ownWords: true });
    await logIn('order');
    await ask({ as: 'order', path: 'auth/token/revoke-self', token, body: {} });
  },
};
