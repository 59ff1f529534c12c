import { expect, it } from 'vitest';
import { querySubject } from '../../../lib/analysis/words.ts';

it('leaves a query whole, and cuts one that is as long as a page where a reader sees it', () => {
  const longest = `SELECT ${'x'.repeat(493)}`;
  expect(querySubject(longest)).toBe(longest);
  expect(querySubject(`${longest}y`)).toBe(`${longest.slice(0, 499)}…`);
});
