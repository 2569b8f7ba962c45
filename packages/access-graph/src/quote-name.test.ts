import { expect, it } from 'vitest';
import { quoteName, quoteText } from './quote-name.ts';

it('quotes names and texts so that they end where they end', () => {
  expect(quoteName('order')).toBe('"order"');
  expect(quoteName('a"; drop role b; --')).toBe('"a""; drop role b; --"');
  expect(quoteText("o'clock")).toBe("'o''clock'");
  expect(() => quoteText("\\'")).toThrow(TypeError);
});
