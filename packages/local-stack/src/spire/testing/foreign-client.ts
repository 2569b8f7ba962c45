import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const timeoutMs = 20_000;

/** A client of the Workload API that is not ours, asked by command. Each answer that is a refusal is an error with its words. */
export interface ForeignClient {
  /** The server's order. */
  x509Svids(socket: string): Promise<readonly ForeignX509Svid[]>;
  /** The SHA-256 of each authority, hexadecimal, by trust domain. */
  x509Bundles(socket: string): Promise<Readonly<Record<string, readonly string[]>>>;
  jwtSvids(socket: string, audience: string): Promise<readonly ForeignJwtSvid[]>;
  /** The id of each key, by trust domain. */
  jwtBundles(socket: string): Promise<Readonly<Record<string, readonly string[]>>>;
  /** What the server says of a token; the SPIFFE ID that it stands for. */
  validate(socket: string, audience: string, token: string): Promise<{ readonly spiffeId: string }>;
  /** Follows the X.509-SVIDs until it is stopped. */
  watch(socket: string): Watching;
}

export interface ForeignX509Svid {
  readonly spiffeId: string;
  /** Undefined where the client does not tell. */
  readonly hint?: string;
  readonly dnsNames: readonly string[];
  /** Hexadecimal, without leading zeros. */
  readonly serialNumber: string;
}

export interface ForeignJwtSvid {
  readonly spiffeId: string;
  readonly hint?: string;
  readonly token: string;
}

export interface Watching {
  updates(): number;
  stop(): void;
}

/** A program that answers in JSON as `infra/tools/go-spiffe-client` does. */
export function foreignClientOf(command: string, args: readonly string[] = []): ForeignClient {
  async function ask<Answer>(socket: string, ...question: readonly string[]): Promise<Answer> {
    const answer = JSON.parse(await outputOf(command, [...args, socket, ...question]));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
  return {
    x509Svids: (socket) => ask(socket, 'x509-svids'),
    x509Bundles: (socket) => ask(socket, 'x509-bundles'),
    jwtSvids: (socket, audience) => ask(socket, 'jwt-svids', audience),
    jwtBundles: (socket) => ask(socket, 'jwt-bundles'),
    validate: (socket, audience, token) => ask(socket, 'validate', audience, token),
    watch: (socket) => watchLines(command, [...args, socket, 'watch'], (line) => line.startsWith('[')),
  };
}

/** Standard output; an error with what else it said where it ends with another code than 0. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  return (await execute(command, [...args], { timeout: timeoutMs })).stdout;
}

/** Counts the lines that tell of an update. */
export function watchLines(
  command: string,
  args: readonly string[],
  tellsOfUpdate: (line: string) => boolean,
): Watching {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let updates = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (tellsOfUpdate(line)) updates += 1;
  });
  return { updates: () => updates, stop: () => void child.kill() };
}
