import type { Remedy } from '../remedies.ts';

interface QueryRemedy {
  remedy: Remedy;
  /** @param where what calls it */
  opportunity: (where: string) => string;
  advice: string;
}

/** By the shape of the text, which is all that telemetry knows: the first that matches. */
const shapes: readonly (QueryRemedy & { shape: RegExp })[] = [
  {
    shape: /\bGROUP\s+BY\b|\b(COUNT|SUM|AVG)\s*\(/i,
    remedy: 'cache-result',
    opportunity: (where) => `Cache what ${where} adds up each time`,
    advice:
      'the query adds up many rows each time it is called; cache its result for as long as it may be out of date, or keep the sums where they change',
  },
  {
    shape: /\b(LIKE|ILIKE|GLOB|REGEXP)\b/i,
    remedy: 'add-index',
    opportunity: (where) => `Index the text search of ${where}`,
    advice:
      'the query searches within texts, which reads every row; use a full-text index, or, where only beginnings are searched for, an ordinary index on the column',
  },
  {
    shape: /\b(WHERE|JOIN|ORDER\s+BY)\b/i,
    remedy: 'add-index',
    opportunity: (where) => `Index the query of ${where}`,
    advice:
      'look at the plan of the query (EXPLAIN): where it scans, an index on the columns of WHERE and ORDER BY lets it read only what it needs',
  },
];

const anyOther: QueryRemedy = {
  remedy: 'cache-result',
  opportunity: (where) => `Cache or shorten the query of ${where}`,
  advice: 'read less with the query, or cache its result for as long as it may be out of date',
};

export const queryRemedy = (fingerprint: string): QueryRemedy =>
  shapes.find(({ shape }) => shape.test(fingerprint)) ?? anyOther;
