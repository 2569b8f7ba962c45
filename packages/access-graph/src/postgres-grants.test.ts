import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { postgresSetup } from './postgres-grants.ts';
import { type ShopCluster, startShopCluster } from './testing/shop-cluster.ts';

const notPermitted = { code: '42501' };
const loginRefused = { code: '28000' };
const orderId = 'spiffe://zt.example/ns/shop/sa/order';
const paymentId = 'spiffe://zt.example/ns/shop/sa/payment';

let cluster: ShopCluster;
beforeAll(async () => {
  cluster = await startShopCluster();
  await cluster.setUp('order');
  await cluster.setUp('payment');
  await cluster.createLogin('v-order-1', 'order');
  await cluster.createLogin('v-payment-1', 'payment');
}, 60_000);
afterAll(() => cluster.close());

async function connectOrder() {
  return await cluster.connect('v-order-1', 'order', await cluster.certificate('order'));
}

it('lets a service do with its tables what the graph says, and nothing else', async () => {
  const client = await connectOrder();
  await client.query('insert into orders values (1); select * from orders; update orders set id = 2');
  await client.query('insert into order_lines values (1); select * from order_lines');
  for (const sql of ['delete from orders', 'truncate orders', 'update order_lines set id = 2', 'drop table orders']) {
    await expect(client.query(sql), sql).rejects.toMatchObject(notPermitted);
  }
  await client.end();
});

it('refuses a stolen login with the SVID of another service', async () => {
  const payment = await cluster.certificate('payment');
  await expect(cluster.connect('v-order-1', 'order', payment)).rejects.toMatchObject(loginRefused);
});

it('goes by the SPIFFE ID and not by the common name', async () => {
  const disguised = await cluster.certificate('payment', { dnsNames: ['order'] });
  await expect(cluster.connect('v-order-1', 'order', disguised)).rejects.toMatchObject(loginRefused);
  const renamed = await cluster.certificate('order', { dnsNames: ['order-7', 'localhost'] });
  await (await cluster.connect('v-order-1', 'order', renamed)).end();
});

it.each([
  ['two URIs', { uris: [orderId, paymentId] }],
  ['the same URI twice', { uris: [orderId, orderId] }],
  ['a DNS name that reads like a URI', { uris: [paymentId], dnsNames: [`order, URI:${orderId}`] }],
  ['a longer URI', { uris: [`${orderId}/admin`] }],
])('refuses a certificate with %s', async (_title, options) => {
  const certificate = await cluster.certificate('order', options);
  await expect(cluster.connect('v-order-1', 'order', certificate)).rejects.toMatchObject(loginRefused);
});

it('refuses a login without a certificate', async () => {
  await expect(cluster.connectOverSocket('v-order-1', 'order')).rejects.toMatchObject(loginRefused);
});

it('keeps a login out of every other database', async () => {
  const order = await cluster.certificate('order');
  for (const database of ['payment', 'postgres', 'template1']) {
    await expect(cluster.connect('v-order-1', database, order), database).rejects.toMatchObject(notPermitted);
  }
  await expect(cluster.connectOverSocket('vault', 'order')).rejects.toMatchObject(notPermitted);
});

it('lets a login own nothing, so that it can be removed while it is in use', async () => {
  await cluster.createLogin('v-order-2', 'order');
  const client = await cluster.connect('v-order-2', 'order', await cluster.certificate('order'));
  for (const sql of [
    'create table mine (id int)',
    'create temporary table mine (id int)',
    'create view pg_temp.mine as select 1',
    'create schema mine',
    "create function public.mine() returns int language sql as 'select 1'",
    'alter default privileges grant select on tables to public',
    'select lo_create(0)',
    'select lo_creat(-1)',
    "select lo_from_bytea(0, '')",
    'alter event trigger zt_login disable',
    'drop schema zt cascade',
    'set role "order-owner"',
    'grant "order" to "v-payment-1"',
  ]) {
    await expect(client.query(sql), sql).rejects.toMatchObject(notPermitted);
  }
  const ended = new Promise((resolve) => client.once('end', resolve));
  await cluster.revokeLogin('v-order-2', 'order');
  await ended;
  await expect(cluster.connectOverSocket('v-order-2', 'order')).rejects.toMatchObject({ code: '28000' });
});

it('refuses a login of another group, even with the SVID of the service', async () => {
  await cluster.execute('grant connect on database "order" to "v-payment-1"');
  const order = await cluster.certificate('order');
  await expect(cluster.connect('v-payment-1', 'order', order)).rejects.toMatchObject(loginRefused);
  await cluster.execute('revoke connect on database "order" from "v-payment-1"');
});

it('checks logins in sessions that skip ordinary triggers as well', async () => {
  await cluster.execute('alter role "v-order-1" set session_replication_role = replica');
  const payment = await cluster.certificate('payment');
  await expect(cluster.connect('v-order-1', 'order', payment)).rejects.toMatchObject(loginRefused);
  const client = await connectOrder();
  const sql = 'alter default privileges grant select on tables to public';
  await expect(client.query(sql)).rejects.toMatchObject(notPermitted);
  await client.end();
  await cluster.execute('alter role "v-order-1" reset session_replication_role');
});

it('takes away what the graph no longer says when it runs again', async () => {
  const client = await connectOrder();
  await cluster.execute(
    `create sequence numbers; create function secret() returns int language sql as 'select 1';
    grant delete on orders to "order"; grant truncate on orders to public; grant usage on sequence numbers to "order"`,
    'order',
  );
  const taken = ['delete from orders', 'truncate orders', "select nextval('numbers')", 'select secret()'];
  for (const sql of taken) await client.query(sql);
  await cluster.setUp('order');
  for (const sql of taken) await expect(client.query(sql), sql).rejects.toMatchObject(notPermitted);
  await client.query('select * from orders');
  await client.end();
});

it('knows no database that the graph does not name', () => {
  expect(() => postgresSetup(accessGraph, 'gateway')).toThrow('no database gateway');
});
