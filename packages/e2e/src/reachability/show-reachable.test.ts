import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Reachability, View } from './find-reachable.ts';
import { showReachable } from './show-reachable.ts';

const view = (caller: string, callee: string, seen: View['seen'], ports: readonly number[] = []): View => ({
  ...{ caller, callerCopy: caller, callee, calleeCopy: callee, seen, ports },
});

test('Callers stand below each other, and beside each other whoever serves a port', () => {
  const found: Reachability = {
    listening: new Map([
      ['audit', [8443]],
      ['order', []],
    ]),
    views: [
      view('audit', 'order', 'refused'),
      view('order', 'audit', 'connected', [8443]),
      view('order', 'host', 'timeout'),
    ],
  };
  const lines = stripVTControlCharacters(showReachable(found)).split('\n');
  expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['audit', 'host'],
    ['audit', '–', '–'],
    ['order', '8443', 'timeout'],
  ]);
});
