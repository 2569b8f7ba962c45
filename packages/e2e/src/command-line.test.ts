import { expect, test } from 'vitest';
import { createCommandLine, type RunOptions, wantedKind } from './command-line.ts';

function parsed(...words: readonly string[]): RunOptions {
  let options: RunOptions | undefined;
  const program = createCommandLine(async (given) => {
    options = given;
  });
  program
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(words, { from: 'user' });
  return options ?? expect.fail('nothing ran');
}

test('Who names no kind of stack takes the one that runs, and each is named by a word', () => {
  expect(wantedKind(parsed())).toBeUndefined();
  expect(wantedKind(parsed('--stack', 'embedded'))).toBe('embedded');
  expect(wantedKind(parsed('--stack', 'native'))).toBe('native');
  expect(wantedKind(parsed('--stack', 'compose'))).toBe('compose');
  expect(() => parsed('--stack', 'docker')).toThrow('Allowed choices are embedded, native, compose');
});

test('Troubles are for the native stack: it is taken without a word, and the other one is refused with what to do', () => {
  expect(wantedKind(parsed('--trouble'))).toBe('native');
  expect(wantedKind(parsed('--trouble', '--stack', 'native'))).toBe('native');
  expect(() => wantedKind(parsed('--trouble', '--stack', 'embedded'))).toThrow('use --stack native');
});
