import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentKey } from '../../../lib/sdk/cache/argument-key.ts';

/** Like JSON, but for what JSON does not tell apart. */
const value = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 4 }),
  ),
  any: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 3 }),
    fc.uniqueArray(fc.string(), { maxLength: 3 }).map((members) => new Set(members)),
  ),
})).any;

const isEqual = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toStrictEqual(b);
    return true;
  } catch {
    return false;
  }
};

/** -0 and 0 are one key, and so is every order of properties. */
const plain = (each: unknown): unknown =>
  typeof each === 'number' && each === 0
    ? 0
    : Array.isArray(each)
      ? each.map(plain)
      : typeof each === 'object' && each !== null && [Object.prototype, null].includes(Object.getPrototypeOf(each))
        ? Object.fromEntries(Object.entries(each).map(([name, member]) => [name, plain(member)]))
        : each;

describe('The key of arguments', () => {
  it('is the same for equal arguments and no others', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), fc.array(value, { maxLength: 3 }), (a, b) => {
        expect(argumentKey(a) === argumentKey(b)).toBe(isEqual(plain(a), plain(b)));
        expect(argumentKey(structuredClone(a))).toBe(argumentKey(a));
      }),
      { numRuns: 2_000 },
    );
  });

  it('heeds no order of properties, no undefined property and no undefined argument at the end', () => {
    expect(argumentKey([{ a: 1, b: [2, undefined], c: undefined }])).toBe(
      argumentKey([{ b: [2, undefined], a: 1 }, undefined]),
    );
    expect(argumentKey([])).toBe('');
    expect(argumentKey([undefined, 1])).toBe('undefined,1');
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = { cyclic };
  let deep: unknown = 1;
  for (let depth = 0; depth < 40; depth++) deep = [deep];
  class Point {
    x = 1;
  }

  it.each<[string, unknown, RegExp]>([
    [
      'a function',
      { go: () => 1 },
      /^argument 1\.go is a function, which no key can hold: name a key by the option `key`$/,
    ],
    ['a symbol', Symbol('x'), /^argument 1 is a symbol/],
    ['a cycle', cyclic, /^argument 1\.self\.cyclic holds itself/],
    ['an object of a class', new Point(), /^argument 1 is a Point/],
    ['what may change', new AbortController().signal, /^argument 1 is a AbortSignal/],
    ['too deep a value', deep, /lies too deep/],
    ['too large a value', Array.from({ length: 100_000 }, () => 1), /too large/],
  ])('refuses %s', (_, given, message) => {
    expect(() => argumentKey([given])).toThrow(message);
  });
});
