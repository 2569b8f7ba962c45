/** A message as generated code has it. */
type Message = Readonly<Record<string, unknown>>;
type Decode = (bytes: Buffer) => unknown;

/** Protobuf's wire type of whatever has a length: texts, bytes, messages. */
const lengthDelimited = 2;
/** Far above any field's number in proto. */
const highestNumber = 200;
const nothing = Buffer.alloc(0);

/**
 * A request as people write it, with what they left out at its default, in messages within it too; bytes are base64, and
 * times RFC 3339. What each field is follows from what empty bytes decode to. Throws a `TypeError` that names the field for
 * one that is not known or of another type: generated code would send something else in its place.
 */
export function wholeRequest(decode: Decode, given: unknown, place = 'the request'): Message {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrong(place, 'an object');
  const defaults = messageOf(decode(nothing));
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(defaults, name));
  if (unknown.length > 0) {
    const known = Object.keys(defaults).join(', ') || 'nothing';
    throw new TypeError(`${place} takes ${known}, and not ${unknown.join(', ')}`);
  }
  const filled = Object.entries(given).map(([name, value]) => [name, fieldOf(decode, defaults, name, value, place)]);
  return { ...defaults, ...Object.fromEntries(filled) };
}

function fieldOf(decode: Decode, defaults: Message, name: string, value: unknown, within: string): unknown {
  const place = `${name} of ${within}`;
  const { [name]: own } = defaults;
  if (own === undefined) return givenValue(templateAt(decode, name), value, place);
  if (!Array.isArray(own)) return givenValue({ default: own, decode: null }, value, place);
  if (!Array.isArray(value)) throw wrong(place, 'a list');
  const element = templateAt(decode, name);
  return value.map((each, index) => givenValue(element, each, `item ${index + 1} in ${place}`));
}

/** What a field, or an item of a list, is while nothing is in it; and what decodes it where it is a message. */
interface Template {
  readonly default: unknown;
  readonly decode: Decode | null;
}

/** Numbers in a list have no such template: whatever is given is taken. */
const any: Template = { default: undefined, decode: null };

function templateAt(decode: Decode, name: string): Template {
  for (let number = 1; number <= highestNumber; number += 1) {
    const decodeField: Decode = (bytes) => lastOf(messageOf(decode(fieldBytes(number, bytes)))[name]);
    const found = decodeField(nothing);
    if (found !== undefined) return { default: found, decode: decodeField };
  }
  return any;
}

function givenValue(template: Template, value: unknown, place: string): unknown {
  const { default: own, decode } = template;
  if (own === undefined) return value;
  if (own instanceof Date) {
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
      throw wrong(place, 'a time such as 2026-03-01T12:00:00Z');
    return new Date(value);
  }
  if (own instanceof Uint8Array) {
    if (typeof value !== 'string') throw wrong(place, 'base64');
    return Buffer.from(value, 'base64');
  }
  if (typeof own === 'object' && decode !== null) return wholeRequest(decode, value, place);
  if (typeof value !== typeof own) throw wrong(place, `a ${typeof own}`);
  return value;
}

/** Of a list its last item: there is one, or none. */
function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}

function fieldBytes(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + lengthDelimited), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

function messageOf(decoded: unknown): Message {
  return decoded as Message;
}

function wrong(place: string, wanted: string): TypeError {
  return new TypeError(`${place} has to be ${wanted}`);
}
