import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { UseIn } from './code-use.ts';
import { openSources } from './open-sources.ts';
import { type CheckedCode, readCode } from './read-code.ts';

const root = resolve(import.meta.dirname, '../../../..');
const head = `
import type { CallContext } from '@zt/kit/authz';
import type { Kit } from '@zt/kit/service';
import { InventoryServiceClient, InventoryServiceService as Stock } from '@zt/proto/inventory';
import type { Downstream } from './downstream.ts';
declare const context: CallContext;
declare const downstream: Downstream;
declare const kit: Kit;
declare const name: string;
`;
const getStock: UseIn = { kind: 'calls', method: '/inventory.v1.InventoryService/GetStock' };
const commit: UseIn = { kind: 'calls', method: '/inventory.v1.InventoryService/CommitReservation' };
const release: UseIn = { kind: 'calls', method: '/inventory.v1.InventoryService/ReleaseReservation' };
const unclear: UseIn = { kind: 'unclear', api: 'inventory.v1.InventoryService' };

/** Pieces of code as somebody may add them to order, and what is to be seen in them. */
const pieces: readonly { title: string; code: string; uses: readonly UseIn[] }[] = [
  {
    title: 'a client by another name',
    code: "const { inventory: shelf } = downstream; const { getStock: look } = shelf; await look({ sku: 'a' }, context);",
    uses: [getStock],
  },
  {
    title: 'a client in a part of what there is',
    code: `export const look = ({ inventory }: Pick<Downstream, 'inventory'>) => inventory.getStock({ sku: 'a' }, context);
      export const see = (shelf: Pick<Downstream['inventory'], 'getStock'>) => shelf.getStock({ sku: 'a' }, context);`,
    uses: [getStock, getStock],
  },
  {
    title: 'one of several methods',
    code: `export const end = (step: 'commitReservation' | 'releaseReservation') =>
      downstream.inventory[step]({ reservationId: 'a' }, context);`,
    uses: [commit, release],
  },
  {
    title: 'what is left of a client',
    code: "const { getStock: _, ...rest } = downstream.inventory; await rest.commitReservation({ reservationId: 'a' }, context);",
    uses: [getStock, commit],
  },
  {
    title: 'a method that is passed on',
    code: "export const each = ['a', 'b'].map((sku) => ({ sku })).map((sku) => [downstream.inventory.getStock, sku]);",
    uses: [getStock],
  },
  {
    title: 'a client that is passed on as something else',
    code: `interface Shelf { getStock(request: { sku: string }, context: CallContext): Promise<unknown> }
      declare function look(shelf: Shelf): void;
      declare function lookAt(shop: { readonly inventory: Shelf }): void;
      look(downstream.inventory);
      lookAt(downstream);`,
    uses: [getStock, getStock],
  },
  {
    title: 'one of whichever methods there are',
    code: `export const any = <Step extends 'commitReservation' | 'releaseReservation'>(step: Step) =>
      downstream.inventory[step]({ reservationId: 'a' }, context);`,
    uses: [commit, release],
  },
  {
    title: 'a method that is taken out by its name in quotes',
    code: `const { 'getStock': look } = downstream.inventory; let end: unknown;
      const { ['commitReservation']: finish } = downstream.inventory;
      ({ releaseReservation: end } = downstream.inventory);
      export const all = [look, finish, end];`,
    uses: [getStock, commit, release],
  },
  {
    title: 'a client that becomes something else without being handed to a function',
    code: `interface Shelf { getStock(request: { sku: string }, context: CallContext): Promise<unknown> }
      let shelf: Shelf; shelf = downstream.inventory;
      export const asserted = downstream.inventory as Shelf;
      export const unknown = downstream.inventory as unknown as { commitReservation(request: object): unknown };
      export class Room { shelf: Shelf = (downstream.inventory); }
      export const either: Shelf | null = name === '' ? null : downstream.inventory;
      export const shelves: Shelf[] = [downstream.inventory];`,
    uses: [getStock, getStock, unclear, getStock, getStock, getStock],
  },
  {
    title: 'a client of which any method may be called',
    code: `export const each = Object.values(downstream.inventory);
      export const got = Reflect.get(downstream.inventory, 'getStock');`,
    uses: [unclear, unclear],
  },
  {
    title: 'a method by its name alone',
    code: "export const path = '/inventory.v1.InventoryService/GetStock';",
    uses: [getStock],
  },
  {
    title: 'a client that is only passed on',
    code: `declare function later(inventory: Downstream['inventory']): void;
      later(downstream.inventory);
      export const shop: Downstream = { ...downstream };`,
    uses: [],
  },
  {
    title: 'a client that is made in a way of its own',
    code: "const { connect } = kit; const shelf = connect(Stock, 'inventory'); await shelf.getStock({ sku: 'a' }, context);",
    uses: [{ kind: 'connects', api: 'inventory.v1.InventoryService', service: 'inventory' }, getStock],
  },
  {
    title: 'a client of who knows whom',
    code: 'kit.connect(Stock, name);',
    uses: [unclear],
  },
  {
    title: 'a client without the kit',
    code: 'export const client = InventoryServiceClient; export const all = Object.values(Stock);',
    uses: [unclear, unclear],
  },
  {
    title: 'a call with what is known of a method',
    code: 'export const path = Stock.getStock.path; export const type: typeof Stock | null = null;',
    uses: [getStock],
  },
];

let code: CheckedCode;
beforeAll(() => {
  const project = openSources(root);
  for (const [index, piece] of pieces.entries())
    project.createSourceFile(`${root}/apps/order/src/piece-${index}.ts`, `${head}${piece.code}`);
  code = readCode(project, root);
}, 300_000);

test.each(pieces)('$title is seen', ({ title, uses }) => {
  const at = `apps/order/src/piece-${pieces.findIndex((piece) => piece.title === title)}.ts:`;
  const found = code.uses.filter((use) => use.at.startsWith(at)).map(({ at: _, workload: __, ...use }) => use);
  expect(found).toEqual(uses);
});

test('each use says whose it is and where', () => {
  expect(code.uses).toContainEqual({
    workload: 'payment',
    at: 'apps/payment/src/downstream.ts:10',
    kind: 'connects',
    api: 'order.v1.OrderService',
    service: 'order',
  });
  expect(code.uses).toContainEqual({
    workload: 'operator',
    at: expect.stringMatching(/^packages\/local-stack\/src\/operator\/jobs\/list-users\.ts:\d+$/),
    kind: 'calls',
    method: '/identity.v1.UserService/ListUsers',
  });
});

test('rpcs are known by name and by the file that has them', () => {
  expect(code.rpcs).toContainEqual({
    fullName: '/order.v1.OrderService/PlaceOrder',
    api: 'order.v1.OrderService',
    file: 'proto/order/v1/order.proto',
  });
});

test('texts are read as a whole, with what is put in left open', () => {
  const texts = [...(code.texts.get('order') ?? [])];
  expect(texts).toContainEqual(expect.stringMatching(/^select \? from orders .* for update of orders$/));
  expect(texts.some((text) => text.includes('${'))).toBe(false);
});
