import { readCursor } from './cursor.ts';
import type { StepResult } from './shared-tier.ts';

interface Part {
  isDone: boolean;
  cursor: string | undefined;
}

const isCursor = (each: unknown): boolean => each === null || typeof each === 'string';
const isPair = (parsed: unknown): parsed is [below: string | null, above: string | null] =>
  Array.isArray(parsed) && parsed.length === 2 && parsed.every(isCursor);

/** Where a step over two stores is in each. @throws RangeError */
export function parseStep(cursor: string | undefined): { below: Part; above: Part } {
  if (cursor === undefined) return { below: { isDone: false, cursor }, above: { isDone: false, cursor } };
  const [below, above] = readCursor(cursor, isPair);
  return { below: partOf(below), above: partOf(above) };
}

const partOf = (cursor: string | null): Part => ({ isDone: cursor === null, cursor: cursor ?? undefined });

/** @returns no cursor when both are done */
export function formatStep(below: StepResult | undefined, above: StepResult | undefined): { cursor?: string } {
  const cursors = [below?.cursor ?? null, above?.cursor ?? null];
  return cursors.every((each) => each === null) ? {} : { cursor: JSON.stringify(cursors) };
}
