import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { engineReader } from './hardening-rules.ts';

const entryPoint = 'gateway';
const engineSocket = /docker\.sock$/;
/** Names of settings whose value had better be a path. */
const secretName = /(^|_)(PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API_|PRIVATE_|UNSEAL_)?KEY)($|_)/i;
const userInfo = /:\/\/[^/\s]*:[^/\s]*@/;
const pem = /-----BEGIN /;
/** Letters and digits in a row that nobody would think up. */
const random = /(?<![\w+/.-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])[A-Za-z0-9][\w+=-]{23,}(?![\w+/.-])/i;

/** What of the stack is open to the machine, and what of the machine is open to the stack. */
export const exposureRules: readonly ComposeRule[] = [
  ruleOfEach('Only gateway publishes a port, and that on loopback', ({ name, ports }) => {
    if (name !== entryPoint) return ports.length === 0 ? null : `publishes ${ports.join(', ')}`;
    if (ports.length !== 1) return `publishes ${ports.length} ports instead of one`;
    return ports.every((port) => port.startsWith('127.0.0.1:')) ? null : `publishes ${ports.join(', ')}`;
  }),
  ruleOfEach("Only engine-reader has the engine's socket", ({ name, volumes }) => {
    const has = volumes.some(({ source, target }) => engineSocket.test(source) || engineSocket.test(target));
    if (name === engineReader) return has ? null : 'has no socket to read from';
    return has ? "has the engine's socket" : null;
  }),
  ruleOfEach("Of the machine nothing is mounted but the engine's socket", ({ name, volumes }) => {
    // A file of this repository may be one that only its owner can read.
    const odd = volumes.filter(
      ({ source }) => /^[./~$]/.test(source) && !(name === engineReader && engineSocket.test(source)),
    );
    return odd.length === 0 ? null : `mounts ${odd.map(({ source }) => source).join(', ')}`;
  }),
  ruleOfEach('No setting holds a secret', ({ environment, labels, build }) => {
    const settings = Object.entries({ ...environment, ...labels, ...build?.args });
    const odd = settings.filter(([setting, value]) => looksSecret(setting, value));
    return odd.length === 0 ? null : `says ${odd.map(([setting]) => setting).join(', ')}`;
  }),
  ruleOfEach('No file of settings has to be there', ({ env_file }) =>
    env_file === undefined ? null : 'asks for an env_file',
  ),
];

/** Every variable of the file that has no value where nobody sets one. Compose reads `$$` as a dollar sign. */
export function variablesWithoutDefault(text: string): string[] {
  const withoutComments = text.replaceAll(/(^|\s)#.*$/gm, '').replaceAll('$$', '');
  const bare = [...withoutComments.matchAll(/\$(?:(\w+)|\{(\w+)(:?-)?)/g)];
  return bare.filter(([, , , fallback]) => fallback === undefined).map(([, plain, braced]) => plain ?? braced ?? '');
}

function looksSecret(setting: string, value: string): boolean {
  const isPath = value === '' || /^(unix:\/\/)?\//.test(value);
  if (userInfo.test(value) || pem.test(value)) return true;
  return !isPath && (secretName.test(setting) || random.test(value));
}
