import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Held } from '../../../lib/cache/library/held.ts';

const heldOf = (born: number): Held<string> =>
  new Held({
    value: 'a value',
    head: {
      codec: 'none',
      rawBytes: 7,
      tags: [],
      born,
      createdAt: 0,
      freshUntil: 0,
      revalidateUntil: 0,
      expiresAt: 0,
      loaderMs: 0,
      negative: false,
    },
    born,
    since: 0,
    isHome: true,
  });

it('remembers what it was born at, whatever the sequences of the namespaces beside it', () => {
  // That of a new namespace begins at 0, that of one whose Redis was emptied at the time.
  const born = fc.oneof(fc.nat(3), fc.integer({ min: 1_700_000_000_000, max: 2 ** 51 }));
  fc.assert(
    fc.property(
      fc.array(fc.record({ born, isKnownUpTo: fc.integer({ min: 0, max: 2 ** 40 }) }), { minLength: 2 }),
      (all) => {
        const held = all.map((each) => heldOf(each.born));
        expect(held.map((one) => one.bornAt)).toEqual(all.map((each) => each.born));
        expect(held.map((one) => one.head().born)).toEqual(all.map((each) => each.born));
        for (const [at, one] of held.entries()) one.born += all[at]?.isKnownUpTo ?? 0;
        expect(held.map((one) => one.born)).toEqual(all.map((each) => each.born + each.isKnownUpTo));
      },
    ),
  );
});
