import { type AccessGraph, accessGraph, type TableGrant } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { findGrantFaults } from './grant-faults.ts';

const all = ['select', 'insert', 'update', 'delete'] as const;

function neededBy(...sql: string[]): TableGrant[] {
  const [service] = accessGraph.services;
  if (service === undefined) throw new TypeError('the graph has services');
  const graph: AccessGraph = { ...accessGraph, services: [{ ...service, tables: [{ name: 'orders', grants: all }] }] };
  const faults = findGrantFaults(graph, new Map([[service.name, new Set(sql)]]));
  return all.filter((grant) => !faults.some((fault) => fault.includes(`'${grant}'`)));
}

test.each<[string, TableGrant[]]>([
  ['select * from orders', ['select']],
  ['SELECT a FROM lines JOIN public."orders" USING (id)', ['select']],
  ['select from lines, orders where true', ['select']],
  ['insert into orders (id) values ($1)', ['insert']],
  ['insert into orders (id) values ($1) on conflict do nothing', ['insert']],
  ['insert into orders (id) values ($1) returning id', ['select', 'insert']],
  ['insert into orders (id) values ($1) on conflict (id) do update set a = 1', ['insert', 'update']],
  ['update orders set a = 1 where id = $1', ['select', 'update']],
  ['select ? from orders where id = $1 for update of orders', ['select', 'update']],
  ['with due as (\n select id from orders\n limit 1 for no key update skip locked) select 1', ['select', 'update']],
  ['delete from orders where id = $1', ['select', 'delete']],
  ['merge into orders using due on true when matched then delete', ['select', 'insert', 'update', 'delete']],
  ['update ? set a = 1', ['select', 'update']],
  ['select id, ? from lines', []],
  ['select * from orders_archive', []],
  ['select orders from lines', []],
])('%j needs %j', (sql, grants) => {
  expect(neededBy(sql)).toEqual(grants);
});

test('what is needed comes together from all of the code', () => {
  expect(neededBy('insert into orders values ($1)', 'delete from orders')).toEqual(['select', 'insert', 'delete']);
  expect(neededBy()).toEqual([]);
});
