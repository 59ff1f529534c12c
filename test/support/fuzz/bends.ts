import { gzipSync } from 'node:zlib';
import { isObject, type Json, placesIn, replacedAt } from './json.ts';

/** What a name, an id or a text may be, that nobody gives who means well. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '..',
  '../../etc/passwd',
  '.%2e/%2e.',
  'a/b',
  'a#b',
  'PROJECT#shop#SCHEDULE',
  'TEST#01JD2V8Q6Y0000000000000000',
  'a|b',
  '*',
  '$default',
  'nul\0byte',
  'line\r\nset-cookie: a=b',
  '\u202eevil',
  '\ud800',
  '\u{1f4a9}'.repeat(20),
  "'; DROP TABLE orders; --",
  '{{constructor.constructor("return 1")()}}',
  '<script>alert(1)</script>',
  '(a+)+$',
  'NaN',
  '-1',
  '1e999',
  '9007199254740993',
  '+',
  'a,b',
  '%',
  '%00',
  '%zz',
  'x'.repeat(300),
  'x'.repeat(3_000),
];

const raw = (json: string): string => `@@${json}@@`;
/** JSON that no value of JavaScript is written as. */
const rawJson: readonly string[] = [
  '1e400',
  '-1e400',
  '9007199254740993',
  '123456789012345678901234567890',
  '-0',
  '1e-400',
  `${'['.repeat(80)}${']'.repeat(80)}`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
  '{"a":1,"a":2}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"length":-1}',
  '"\\ud800"',
  '"\\u0000"',
];

type Change = (there: Json, pick: number) => Json | undefined;

/** What makes a fine value nearly fine, or hostile. The first are what happens by mistake. */
const changes: readonly Change[] = [
  () => undefined,
  () => null,
  () => '',
  () => [],
  () => ({}),
  (there) => (isObject(there) ? { ...there, surplus: 1 } : [there]),
  (there) => (typeof there === 'string' ? 7 : 'text'),
  (there) => (typeof there === 'boolean' ? 'true' : true),
  (there) => (typeof there === 'number' ? String(there) : 0),
  (there) => (typeof there === 'number' ? -there - 1 : `${JSON.stringify(there)}x`),
  (there) => (typeof there === 'number' ? there + 0.5 : -1),
  (there) => (typeof there === 'number' ? there * 1e9 : Number.MAX_SAFE_INTEGER),
  (there) => (typeof there === 'string' ? there.repeat(200) : 'y'.repeat(5_000)),
  (there) => (Array.isArray(there) ? [...there, ...there] : [there, there]),
  (there) =>
    Array.isArray(there) ? Array.from({ length: 300 }, (_, index) => there[index % there.length] ?? null) : 1.5,
  (there) => (typeof there === 'string' ? there.toUpperCase() : {}),
  () => 'z'.repeat(100_000),
  (there) => (isObject(there) ? { ...there, constructor: 1 } : { constructor: { name: 'x' } }),
  (_, pick) => hostileTexts[pick % hostileTexts.length] ?? '',
  (_, pick) => hostileTexts[(pick * 7) % hostileTexts.length] ?? '',
  (_, pick) => raw(rawJson[pick % rawJson.length] ?? ''),
  (_, pick) => raw(rawJson[(pick * 7) % rawJson.length] ?? ''),
];

export interface BodyBend {
  /** Which of the places in the body, which change, and which of several of its kind. */
  at: number;
  change: number;
  pick: number;
}

/** The body as JSON, with one thing in it not as it was. */
export function bentJson(body: Json, { at, change, pick }: BodyBend): string {
  const places = placesIn(body);
  const place = places[at % places.length] ?? [];
  const make = changes[change % changes.length];
  const bent = make === undefined ? body : replacedAt(body, place, (there) => make(there, pick));
  return (JSON.stringify(bent) ?? '').replace(/"@@(.*)@@"/s, (_, json: string) => JSON.parse(`"${json}"`) as string);
}

export interface Packed {
  headers: [string, string][];
  bytes: Buffer;
}

/** Bodies that are wrong before anything is read from them. */
export const packings: readonly ((json: string) => Packed)[] = [
  (json) => ({ headers: [['content-type', 'application/json']], bytes: Buffer.from(json.slice(0, -1)) }),
  (json) => ({ headers: [['content-type', 'text/plain']], bytes: Buffer.from(json) }),
  (json) => ({ headers: [['content-type', 'application/xml']], bytes: Buffer.from(json) }),
  (json) => ({ headers: [['content-type', 'multipart/form-data; boundary=x']], bytes: Buffer.from(json) }),
  (json) => ({ headers: [['content-type', 'application/json;\u00e4']], bytes: Buffer.from(json) }),
  (json) => ({ headers: [], bytes: Buffer.from(json) }),
  (json) => ({ headers: [['content-type', 'application/json; charset=utf-16']], bytes: Buffer.from(json, 'utf16le') }),
  (json) => ({ headers: [['content-type', 'application/json']], bytes: Buffer.from(`\ufeff${json}`) }),
  (json) => ({
    headers: [['content-type', 'application/json']],
    bytes: Buffer.concat([Buffer.from(json), Buffer.from([0xff, 0xfe])]),
  }),
  () => ({ headers: [['content-type', 'application/json']], bytes: Buffer.alloc(0) }),
  () => ({ headers: [['content-type', 'application/json']], bytes: Buffer.from('NaN') }),
  () => ({ headers: [['content-type', 'application/json']], bytes: Buffer.from('null') }),
  () => ({ headers: [['content-type', 'application/json']], bytes: Buffer.from('[1]') }),
  (json) => ({ headers: [['content-type', 'application/gzip']], bytes: gzipSync(json) }),
  (json) => ({ headers: [['content-type', 'application/gzip']], bytes: gzipSync(json).subarray(0, 12) }),
  (json) => ({ headers: [['content-type', 'application/zstd']], bytes: Buffer.from(json) }),
  (json) => ({
    headers: [
      ['content-type', 'application/json'],
      ['content-encoding', 'gzip'],
    ],
    bytes: gzipSync(json),
  }),
  (json) => ({
    headers: [
      ['content-type', 'application/json'],
      ['content-encoding', 'br'],
    ],
    bytes: Buffer.from(json),
  }),
  (json) => ({
    headers: [
      ['content-type', 'application/json'],
      ['content-encoding', 'constructor'],
    ],
    bytes: Buffer.from(json),
  }),
  () => ({ headers: [['content-type', 'application/gzip']], bytes: bomb() }),
  (json) => ({ headers: [['content-type', 'application/x-protobuf']], bytes: Buffer.from(json) }),
  () => ({ headers: [['content-type', 'application/x-protobuf']], bytes: Buffer.from([10, 255, 255, 255, 255, 15]) }),
];

let packedZeros: Buffer | undefined;
/** A small body that comes to more than any may. */
function bomb(): Buffer {
  packedZeros ??= gzipSync(Buffer.alloc(12_000_000, ' '));
  return packedZeros;
}
