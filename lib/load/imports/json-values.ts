import { jsonFaults } from '../../platform/http/json-faults.ts';

export type JsonObject = { readonly [name: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Roughly the length of the value as JSON; undefined where it is above the limit, however far. Never recurses. */
export function charsWithin(value: unknown, limit: number): number | undefined {
  let chars = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    chars += typeof item === 'string' ? item.length + 3 : 6;
    if (typeof item === 'object' && item !== null) {
      for (const name in item) {
        chars += Array.isArray(item) ? 0 : name.length + 3;
        if (chars + waiting.length > limit) return undefined;
        waiting.push(item[name as keyof typeof item]);
      }
    }
    if (chars > limit) return undefined;
  }
  return chars;
}

/** Whether the value may be given to what walks it whole: it is small, not deep, and nothing of it gets lost as JSON. */
export const isManageable = (value: unknown, maxChars: number): boolean =>
  charsWithin(value, maxChars) !== undefined && jsonFaults(value, 'value').length === 0;
