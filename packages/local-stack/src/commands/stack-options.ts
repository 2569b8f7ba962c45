import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { defaultStackKind, type StartableKind, startableKinds } from '@zt/e2e/stack-kind';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { defaultStackName, demoSettings, type StackSettings, stackSettings } from '../stack/stack-settings.ts';

/** As commander hands it over. */
export interface NameOption {
  readonly name: string;
}

const nameFlags = '--name <name>';
const nameMeaning = 'which stack; two of different names run side by side';

/** For what acts on a stack that is there: its record says of which kind it is. */
export function addNameOption(command: Command): Command {
  return command.option(nameFlags, nameMeaning, parseName, enclosingStack()?.name ?? demoSettings.name);
}

/** As commander hands it over where a stack may be started. */
export interface KindOptions {
  readonly stack: StartableKind;
  /** The one for this kind where it is left out. */
  readonly name?: string;
}

/** For what starts a stack. */
export function addKindOptions(command: Command, defaultName: (kind: StartableKind) => string): Command {
  const names = [...new Set(startableKinds.map(defaultName))].join(' or ');
  return command
    .addOption(
      new Option('--stack <kind>', 'native: with SPIRE and Vault; embedded: with development servers in their place')
        .choices(startableKinds)
        .default(defaultStackKind),
    )
    .option(nameFlags, `${nameMeaning} (default: ${names}, by the kind)`, parseName);
}

/** The options that choose how a stack runs, for every verb that starts one. */
export function addStackOptions(command: Command): Command {
  return addKindOptions(command, defaultStackName)
    .option(
      '--svid-ttl <seconds>',
      'how long a certificate of a workload is valid',
      parseSeconds,
      demoSettings.svidTtlSeconds,
    )
    .option(
      '--database-login-ttl <seconds>',
      'how long a database login is valid',
      parseSeconds,
      demoSettings.databaseLoginTtlSeconds,
    )
    .addOption(
      new Option('--user-issuer <issuer>', "who issues users' tokens: the own provider, or Dex in its place")
        .choices(stackSettings.shape.userIssuer.unwrap().options)
        .default(demoSettings.userIssuer),
    )
    .addOption(
      new Option('--spool-limit <bytes>', "how much of each service's records may wait for the ledger").argParser(
        parseCount,
      ),
    );
}

/** Throws an error for people where a value is out of range. */
export function parseStackOptions(options: KindOptions & Readonly<Record<string, unknown>>): StackSettings {
  const parsed = stackSettings.safeParse({
    ...demoSettings,
    kind: options.stack,
    name: options.name ?? defaultStackName(options.stack),
    svidTtlSeconds: options.svidTtl,
    databaseLoginTtlSeconds: options.databaseLoginTtl,
    userIssuer: options.userIssuer,
    ...(options.spoolLimit === undefined ? {} : { spoolLimitBytes: options.spoolLimit }),
  });
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

function parseName(value: string): string {
  const parsed = stackSettings.shape.name.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'not a name');
  return parsed.data;
}

function parseSeconds(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('a whole number of seconds is wanted');
  return Number(value);
}

function parseCount(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(value);
}
