import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DecisionRecord } from '@zt/kit/audit';
import { createBrowser } from '@zt/kit/testing';
import { logInOnDevicePages } from '../shop/device-pages.ts';
import { readPasswords } from '../shop/users.ts';
import { askZt, startZt } from '../zt-command.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOf } from './evidence.ts';
import type { World } from './world.ts';

const user = 'bob';

/** Starts `zt login`, and plays the user who reads its code and types it into a browser. */
async function logInWithZt({ stack }: World): Promise<void> {
  const { [user]: password = '' } = await readPasswords(stack.usersFile);
  const browser = createBrowser(await readFile(stack.issuerBundleFile, 'utf8'));
  const login = startZt('login', '--name', stack.name);
  try {
    const code = await login.said(/^Type +(\S+)$/m);
    await logInOnDevicePages({ browser, issuer: stack.issuerUrl, code, user, password });
    const { ok, output } = await login.ended;
    if (!ok || !output.includes(`Logged in as ${user} until`)) throw new Error(`zt login says ${output}`);
  } finally {
    await browser.close();
  }
}

/** A login of the command line's own, from its beginning to its end. */
export const commandLineLogin: Attempt = {
  id: 'allowed/bob-gateway/command-line-login',
  title: 'bob logs in with zt login, orders with that login, and logs out',
  from: user,
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const { name, usersFile } = world.stack;
    const file = join(dirname(usersFile), 'sessions', `${user}.json`);
    await logInWithZt(world);
    const mode = (await stat(file)).mode & 0o777;
    if (mode !== 0o600) throw new Error(`the login is kept in a file of mode ${mode.toString(8)}`);
    const { refreshToken } = JSON.parse(await readFile(file, 'utf8')) as { refreshToken: string };
    const order = await askZt('order', '--user', user, '--json', '--name', name);
    if (!order.ok) throw new Error(`zt order says ${order.output}`);
    const renewed = JSON.parse(await readFile(file, 'utf8')) as { refreshToken: string };
    if (renewed.refreshToken === refreshToken) throw new Error('the order was not placed with the login');
    const records = JSON.parse(order.output) as DecisionRecord[];
    const { ok, output } = await askZt('logout', '--name', name);
    if (!ok) throw new Error(`zt logout says ${output}`);
    if ((await stat(file).catch(() => null)) !== null) throw new Error('zt logout left the login where it was');
    const record = records.find(({ method, allowed }) => method === commandLineLogin.method && allowed) ?? null;
    return evidenceOf({ code: record === null ? 'no record' : 'OK', message: output.trim() }, 'gateway', record);
  },
};
