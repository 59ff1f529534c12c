import { describe, expect, it } from 'vitest';
import { Attributes } from '../../../../lib/telemetry/otlp/attributes.ts';
import { queryFingerprintOf } from '../../../../lib/telemetry/otlp/query-attributes.ts';

const shapeOf = (system: string, text: string): string =>
  queryFingerprintOf(
    new Attributes([
      { key: 'db.query.text', value: { stringValue: text } },
      { key: 'db.query.summary', value: { stringValue: 'the summary' } },
    ]),
    system,
    'the span',
  );

describe("a query's text", () => {
  it('keeps names in double quotes where its system has them', () => {
    expect(shapeOf('postgresql', `SELECT "name" FROM t WHERE a = 'ada'`)).toBe('SELECT "name" FROM t WHERE a = ?');
  });

  it('of a system that is not known keeps nothing that may be a value', () => {
    for (const system of ['neo4j', 'bigquery', 'hive', 'other_sql']) {
      expect(shapeOf(system, `MATCH (u) WHERE u.name = "ada" AND u.city = 'ulm'`)).toBe(
        'MATCH (u) WHERE u.name = ? AND u.city = ?',
      );
    }
    // Whether a backslash escapes, and whether dollars quote, is another matter in each dialect.
    for (const text of [
      String.raw`WHERE a = 'C:\' AND b = 'ada'`,
      String.raw`WHERE a = 'it\'s ada'`,
      'SELECT $$ada$$',
    ]) {
      expect(shapeOf('snowflake', text)).toBe('the summary');
    }
  });
});
