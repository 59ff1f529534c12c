import { describe, expect, it } from 'vitest';
import { fingerprintOf, mysqlFingerprintOf } from '../../../lib/contracts/fingerprint.ts';
import { isAdvice, queryAdviceFor } from '../../../lib/queries/fingerprint-advice.ts';

async function advised(system: string, fingerprint: string) {
  const advice = await queryAdviceFor({ system, fingerprint });
  if (!isAdvice(advice)) throw new Error(advice.reason);
  return advice;
}

describe('Advice on what telemetry has seen', () => {
  it.each([
    [
      'postgresql',
      fingerprintOf("SELECT id FROM orders WHERE customer_id = 5 AND status IN ('a', 'b') ORDER BY at LIMIT 10"),
      ['CREATE INDEX orders_customer_id_status_at_idx ON orders (customer_id, status, at);'],
    ],
    [
      'postgresql',
      fingerprintOf("SELECT id FROM orders WHERE at > now() - interval '1 day'"),
      ['CREATE INDEX orders_at_idx ON orders (at);'],
    ],
    ['postgresql', fingerprintOf("SELECT id FROM orders WHERE data ->> 'k' = $1 -- why"), []],
    ['postgresql', fingerprintOf('SELECT * FROM orders WHERE id = $1'), []],
    [
      'mysql',
      mysqlFingerprintOf('SELECT `id` FROM `orders` WHERE `a` = "x" LIMIT 5, 10'),
      ['CREATE INDEX orders_a_idx ON orders (a);'],
    ],
    [
      'mariadb',
      mysqlFingerprintOf('UPDATE orders SET a = 1 WHERE b = 2'),
      ['CREATE INDEX orders_b_idx ON orders (b);'],
    ],
    [
      'sqlite',
      fingerprintOf('SELECT "id" FROM "orders" WHERE "a" = ? AND "b" BETWEEN 1 AND 2'),
      ['CREATE INDEX orders_a_b_idx ON orders (a, b);'],
    ],
    [
      'mongodb',
      'find orders { a: ?, b: { $gt: ? } } sort { c: ? }',
      ['db.orders.createIndex({ "a": 1, "c": 1, "b": 1 })'],
    ],
  ])('%s: %s', async (system, fingerprint, expected) => {
    expect((await advised(system, fingerprint)).indexSuggestions.map(({ ddl }) => ddl)).toEqual(expected);
  });

  it('has what its shape tells, at its place in the fingerprint', async () => {
    const fingerprint = 'SELECT * FROM orders WHERE lower(email) = ? OFFSET ?';
    const { findings } = await advised('postgresql', fingerprint);
    expect(
      findings.map(({ code, position }) => [
        code,
        fingerprint.slice(position?.offset, (position?.offset ?? 0) + (position?.length ?? 0)),
      ]),
    ).toEqual([
      ['function-on-column', 'lower(email)'],
      ['offset-paging', '?'],
      ['select-star', '*'],
    ]);
  });

  it.each([
    ['redis', 'GET', 'There is no advice on queries of redis.'],
    ['postgresql', 'BEGIN', 'Only SELECT, INSERT, UPDATE and DELETE can be analysed.'],
    ['postgresql', '*other*', 'syntax error at or near "*".'],
    ['mysql', 'SELECT a FROM t WHERE b = ? AND (c', 'The grammar did not expect the end.'],
    ['mongodb', 'insert orders', 'It is no find and no aggregate, or it was cut off.'],
    ['sqlite', '(empty)', 'The grammar did not expect'],
  ])('is not given, and it is said why: %s %s', async (system, fingerprint, reason) => {
    expect(await queryAdviceFor({ system, fingerprint })).toEqual({ reason: expect.stringContaining(reason) });
  });
});
