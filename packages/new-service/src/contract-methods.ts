import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { WishError } from './wish.ts';

const execute = promisify(execFile);
const mostBytes = 64 * 1024 * 1024;

const method = z.object({
  name: z.string(),
  inputType: z.string(),
  outputType: z.string(),
  clientStreaming: z.boolean().default(false),
  serverStreaming: z.boolean().default(false),
});

const field = z.object({
  jsonName: z.string(),
  type: z.string(),
  label: z.string(),
});

const message = z.object({ name: z.string(), field: z.array(field).default([]) });

const image = z.object({
  file: z.array(
    z.object({
      name: z.string(),
      package: z.string().default(''),
      messageType: z.array(message).default([]),
      service: z.array(z.object({ name: z.string(), method: z.array(method).default([]) })).default([]),
    }),
  ),
});

/** A message of a contract that other contracts can be made of. */
export interface ContractMessage {
  /** `inventory.v1.GetStockRequest` */
  readonly fullName: string;
  /** `GetStockRequest` */
  readonly name: string;
  /** `inventory/v1/inventory.proto` */
  readonly file: string;
  /** Its fields without content, but for those that are messages: what to begin with by hand. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** One method, as its contract has it. */
export interface ContractMethod {
  readonly request: ContractMessage;
  readonly response: ContractMessage;
  readonly streams: boolean;
}

/** Every method of the contracts of this checkout, by its full name: `/inventory.v1.InventoryService/GetStock`. */
export async function readContractMethods(root: string): Promise<ReadonlyMap<string, ContractMethod>> {
  const folder = join(root, 'proto');
  const buf = join(folder, 'node_modules/.bin/buf');
  const { stdout } = await execute(buf, ['build', '-o', '-#format=json'], { cwd: folder, maxBuffer: mostBytes }).catch(
    (error: unknown) => {
      throw new WishError(
        'the contracts in proto/ cannot be read: `npx -y pnpm@12 lint` says what is wrong with them',
        {
          cause: error,
        },
      );
    },
  );
  return methodsOf(image.parse(JSON.parse(stdout)));
}

/** Methods whose messages stand inside others are left out. */
function methodsOf({ file: files }: z.infer<typeof image>): ReadonlyMap<string, ContractMethod> {
  const messages = new Map<string, ContractMessage>(
    files.flatMap(({ name: file, package: of, messageType }) =>
      messageType.map(({ name, field: fields }) => {
        const fullName = of === '' ? name : `${of}.${name}`;
        return [`.${fullName}`, { fullName, name, file, example: exampleOf(fields) }] as const;
      }),
    ),
  );
  const found = files.flatMap(({ package: of, service }) =>
    service.flatMap(({ name, method: methods }) =>
      methods.map((each) => ({
        fullName: `/${of}.${name}/${each.name}`,
        request: messages.get(each.inputType),
        response: messages.get(each.outputType),
        streams: each.clientStreaming || each.serverStreaming,
      })),
    ),
  );
  return new Map(
    found.flatMap(({ fullName, request, response, streams }) =>
      request === undefined || response === undefined ? [] : [[fullName, { request, response, streams }]],
    ),
  );
}

function exampleOf(fields: readonly z.infer<typeof field>[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ jsonName, type, label }): (readonly [string, unknown])[] => {
      if (label === 'LABEL_REPEATED') return [[jsonName, []]];
      if (type === 'TYPE_MESSAGE' || type === 'TYPE_BYTES') return [];
      if (type === 'TYPE_STRING') return [[jsonName, '']];
      return [[jsonName, type === 'TYPE_BOOL' ? false : 0]];
    }),
  );
}
