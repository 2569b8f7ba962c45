import { expect, it } from 'vitest';
import { withRegions } from './generated-regions.ts';

const services = '# ── from the access graph: services ──';
const end = '# ── end ──';
const regions = { services: 'order:\n  image: order\n' };

it('puts the lines of a region between its markers, as far in as they are', () => {
  const text = ['services:', `  ${services}`, '  old:', `  ${end}`, '  zt:', ''].join('\n');
  const made = ['services:', `  ${services}`, '  order:', '    image: order', `  ${end}`, '  zt:', ''].join('\n');
  expect(withRegions(text, regions)).toBe(made);
  expect(withRegions(made, regions)).toBe(made);
});

it('puts nothing behind an empty line, and leaves a region empty that has nothing', () => {
  const text = `  ${services}\n  old:\n  ${end}\n`;
  expect(withRegions(text, { services: '\norder:\n' })).toBe(`  ${services}\n\n  order:\n  ${end}\n`);
  expect(withRegions(text, { services: '' })).toBe(`  ${services}\n  ${end}\n`);
});

it('leaves a text without a last line end without one', () => {
  expect(withRegions(`${services}\n${end}`, regions)).toBe(`${services}\norder:\n  image: order\n${end}`);
});

it.each([
  ['without a region', 'services:\n', `there is no line “${services}”`],
  ['with the end alone of a region', `${end}\n`, `there is no line “${services}”`],
  [
    'with a region twice',
    `${services}\n${end}\n${services}\n${end}\n`,
    `“${services}” is there twice: again in line 3`,
  ],
  ['with a region that has no end', `a:\n${services}\n`, `“${services}” in line 2 has no “${end}” behind it`],
  [
    'with a region that begins in another',
    `${services}\n${services}\n${end}\n`,
    `“${services}” in line 1 has no “${end}” behind it`,
  ],
  ['with an end of nothing', `${services}\n${end}\n${end}\n`, `line 3, “${end}”, ends a region that has not begun`],
  [
    'with a region that nobody makes',
    `${services}\n${end}\n# ── from the access graph: servces ──\n${end}\n`,
    'nothing makes the region of line 3, “# ── from the access graph: servces ──”',
  ],
  [
    'with a region that every object has by itself',
    `${services}\n${end}\n# ── from the access graph: constructor ──\n${end}\n`,
    'nothing makes the region of line 3, “# ── from the access graph: constructor ──”',
  ],
  [
    'with line ends of Windows',
    `a:\r\n${services}\r\n${end}\r\n`,
    'line 1 ends as on Windows, with CR and LF: LF alone',
  ],
])('refuses a text %s', (_what, text, message) => {
  expect(() => withRegions(text, regions)).toThrow(message);
});
