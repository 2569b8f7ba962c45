import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenText, expectToHold } from '../testing/properties/index.ts';
import { parseSpiffeId } from './spiffe-id.ts';

/** The SPIFFE-ID standard, sections 2.1 to 2.3, as one expression: the rules once more, and not as the parser has them. */
const asTheStandardSays = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.\.?(?:\/|$))[a-zA-Z0-9._-]+)*$/;

const goodId = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9._-]{1,12}$/),
    fc.array(fc.stringMatching(/^[a-zA-Z0-9._-]{1,8}$/), { maxLength: 4 }),
  )
  .map(([trustDomain, segments]) => ['spiffe:/', trustDomain, ...segments].join('/'));

/** Of the letters, some become others where a reader changes their case, or look like them. */
const oddPieces = fc.oneof(
  fc.constantFrom(
    '/',
    '.',
    '..',
    '/./',
    '//',
    '%2e',
    ':',
    '@',
    '?',
    '#',
    ' ',
    '\n',
    '\0',
    'A',
    'ſ',
    'K',
    'é',
    '\ud800',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 2 }),
  fc.constant('a'.repeat(2_040)),
);

test('whatever text comes, it is read as the standard has it, or refused with a TypeError', async () => {
  await expectToHold(
    fc.property(
      fc.oneof(
        brokenText(goodId, oddPieces),
        fc.string().map((rest) => `spiffe://${rest}`),
      ),
      (text) => {
        const isGood = text.length <= 2_048 && asTheStandardSays.test(text);
        try {
          const id = parseSpiffeId(text);
          expect(isGood, text).toBe(true);
          expect(`spiffe://${id.trustDomain}${id.path}`).toBe(text);
          expect(id.uri).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          expect(isGood, text).toBe(false);
        }
      },
    ),
    1_000,
  );
});
