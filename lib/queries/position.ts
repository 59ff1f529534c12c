import type { QueryFinding } from '../contracts/query-analyses.ts';
import type { Span } from './sql/tree.ts';

/** Where a part of a text stands, for people and for editors: lines and columns begin at 1. */
export function positionOf(text: string, { offset, length }: Span): NonNullable<QueryFinding['position']> {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|[\n\r]/);
  return { offset, length, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
