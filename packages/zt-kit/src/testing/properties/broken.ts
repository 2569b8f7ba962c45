import { type Arbitrary, array, constantFrom, nat, oneof, record, tuple, uint8Array } from 'fast-check';

/** One thing done to bytes: some of them at a place are left out, and others are put there. */
interface Break {
  readonly at: number;
  readonly without: number;
  readonly put: Uint8Array;
}

/** Lengths and tags of DER, ends of number ranges, and what else readers of bytes stumble over. */
const oddBytes = constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x31, 0x86, 0x0a, 0x2e).map(
  (byte) => Uint8Array.of(byte),
);

const aBreak: Arbitrary<Break> = record({
  at: nat(65_535),
  without: oneof({ weight: 4, arbitrary: nat(1) }, { weight: 1, arbitrary: nat(64) }),
  put: oneof(oddBytes, uint8Array({ maxLength: 4 })),
});

/** One of these byte strings, broken in up to four places, or left whole. */
export function brokenBytes(...whole: readonly Uint8Array[]): Arbitrary<Buffer> {
  return tuple(constantFrom(...whole), array(aBreak, { maxLength: 4 })).map(([bytes, breaks]) =>
    breaks.reduce((left: Buffer, { at, without, put }) => {
      const start = left.length === 0 ? 0 : at % left.length;
      return Buffer.concat([left.subarray(0, start), put, left.subarray(start + without)]);
    }, Buffer.from(bytes)),
  );
}

/** A text with up to four pieces put into it, or left as it is. */
export function brokenText(whole: Arbitrary<string>, pieces: Arbitrary<string>): Arbitrary<string> {
  const aPiece = tuple(nat(65_535), nat(2), pieces);
  return tuple(whole, array(aPiece, { maxLength: 4 })).map(([text, breaks]) =>
    breaks.reduce((left, [at, without, put]) => {
      const start = at % (left.length + 1);
      return left.slice(0, start) + put + left.slice(start + without);
    }, text),
  );
}
