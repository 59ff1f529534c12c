import { expect, it } from 'vitest';
import { subjectOf } from '../../../lib/analysis/words.ts';

it('leaves a subject whole, and cuts one that is as long as a page where a reader sees it', () => {
  const longest = `SELECT ${'x'.repeat(493)}`;
  expect(subjectOf(longest)).toBe(longest);
  expect(subjectOf(`${longest}y`)).toBe(`${longest.slice(0, 497)}…`);
});

it.each(['ж', '漢', '😀'])('counts the bytes of %s, and cuts between characters', (character) => {
  const bytes = Buffer.byteLength(character);
  expect(subjectOf(character.repeat(600))).toBe(`${character.repeat(Math.floor(497 / bytes))}…`);
});
