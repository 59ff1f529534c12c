import { expect, it } from 'vitest';
import { shortQuery } from '../../../lib/analysis/words.ts';

const columns = 'products.id, products.name, products.description, products.price_cents AS priceCents';

it.each([
  ['SELECT id FROM products', 'SELECT id FROM products'],
  [`SELECT ${columns} FROM products WHERE id = ?`, 'SELECT … FROM products WHERE id = ?'],
  [
    `SELECT ${columns}, (SELECT avg(stars) FROM ratings WHERE ratings.id = ?) AS stars FROM products`,
    'SELECT … FROM products',
  ],
  [`INSERT INTO t (${columns}) SELECT x FROM y`, `INSERT INTO t (${columns}) SELECT x FROM y`],
  [`SELECT (${columns} FROM unfinished`, `SELECT (${columns} FROM unfinished`],
  ['x'.repeat(300), `${'x'.repeat(159)}…`],
])('shortens %s', (query, short) => {
  expect(shortQuery(query)).toBe(short);
});
