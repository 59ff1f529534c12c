import fc from 'fast-check';
import { expect, it } from 'vitest';
import { identifier } from '../../../lib/contracts/names.ts';
import { canonicalJson } from '../../../lib/platform/canonical-json.ts';
import { derivedId, randomIds } from '../../../lib/platform/ids.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

it('takes the first moment of all for what it is', () => {
  expect(randomIds(0) < randomIds(1)).toBe(true);
});

it('derives the same identifier from the same cause, and another from another', () => {
  fc.assert(
    fc.property(time, fc.string(), fc.string(), (at, cause, other) => {
      expect(identifier.parse(derivedId(at, cause))).toBe(derivedId(at, cause));
      if (cause !== other) expect(derivedId(at, cause)).not.toBe(derivedId(at, other));
    }),
  );
});

it('makes identifiers that sort by time', () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a < b);
      expect(derivedId(a, 'x') < derivedId(b, 'a')).toBe(true);
      expect(randomIds(a) < randomIds(b)).toBe(true);
    }),
  );
});

it('writes equal values as equal JSON, whatever the order of their keys, and others as other JSON', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}');
  expect(canonicalJson({ bytes: Buffer.from('x') })).toBe(canonicalJson({ bytes: new Uint8Array([120]) }));
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(JSON.parse(canonicalJson(a))).toEqual(JSON.parse(JSON.stringify(a)));
      const areEqual = canonicalJson(a) === canonicalJson(b);
      if (areEqual) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    }),
  );
});
