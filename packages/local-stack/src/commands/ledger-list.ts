import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { type DecisionRecord, parseLine } from '@zt/kit/audit';
import { type Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { listDecisions } from '../operator/jobs/list-decisions.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { decisionTable } from '../story/decision-table.ts';
import { terminalStyle } from '../story/style.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface ListOptions extends NameOption {
  readonly user?: string;
  readonly service?: string;
  readonly method?: string;
  readonly reason?: string;
  readonly trace?: string;
  readonly decision?: string;
  readonly refused?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** The most that the ledger gives at once. */
const longestPage = 500;

export function registerLedgerList(ledger: Command): void {
  addNameOption(ledger.command('list'))
    .description('list decisions, the newest first')
    .option('--user <user>', 'only those on behalf of this user, or in the name of this SPIFFE ID')
    .option('--service <service>', 'only those that this service took')
    .option('--method <method>', 'only those about this method, such as /order.v1.OrderService/PlaceOrder')
    .option('--reason <reason>', 'only those refused for this reason, such as scope_missing')
    .option('--trace <id>', 'only those of one request')
    .option('--decision <id>', 'only this one: the id that a refused caller was told')
    .option('--refused', 'only those that were refused')
    .option('--limit <count>', 'how many at the most', parseLimit, 20)
    .option('--json', 'the decision records, for programs')
    .action(async (options: ListOptions) => {
      const records = await recordsFor(options);
      if (options.json === true) console.log(JSON.stringify(records, null, 2));
      else if (records.length === 0) console.log('The ledger has no such decision.');
      else console.log(decisionTable(records, terminalStyle({ verbose: false })));
    });
}

async function recordsFor(options: ListOptions): Promise<DecisionRecord[]> {
  const { service, limit, name } = options;
  const stack = await describeRunningStack(name);
  const filter: z.input<typeof listDecisions.input> = {
    subject: options.user,
    service: service === undefined ? undefined : serviceId(service),
    method: options.method,
    reason: options.reason,
    traceId: options.trace,
    decisionId: options.decision,
    verdict: options.refused === true ? 'refused' : null,
  };
  const records: DecisionRecord[] = [];
  let pageToken = '';
  do {
    const pageSize = Math.min(limit - records.length, longestPage);
    const page = await runAsOperator(stack, listDecisions, { ...filter, pageSize, pageToken });
    records.push(...page.lines.map(parseLine));
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && records.length < limit);
  return records;
}

function serviceId(name: string): string {
  const service = accessGraph.services.find((candidate) => candidate.name === name);
  if (service !== undefined) return spiffeIdOf(accessGraph, service.name);
  throw new Error(`there is no service ${name}, only: ${accessGraph.services.map((each) => each.name).join(', ')}`);
}

function parseLimit(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new InvalidArgumentError('a whole number from 1 on is wanted');
  return Number(value);
}
