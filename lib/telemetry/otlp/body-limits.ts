import { DomainError } from '../../platform/errors.ts';
import type { Message } from './protobuf.ts';

/** Of one body, objects and lists alike: each takes memory, however few bytes it came in. An ordinary body of 8 MB has fewer. */
export const maxObjects = 400_000;
/** Resources, scopes, spans, metrics, data points, of each: every one takes about half a kilobyte, though it may say nothing. */
export const maxItems = 20_000;

/** @throws DomainError payload-too-large */
export function limitItems(request: unknown, message: Message): void {
  const counts = new Map<string, number>();
  const walk = (value: unknown, type: Message): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const field of Object.values(type)) {
      if (field.isItem !== true || typeof field.type === 'string') continue;
      const list: unknown = (value as Record<string, unknown>)[field.name];
      for (const item of Array.isArray(list) ? list : [list]) {
        if (field.repeated === true) count(field.name);
        walk(item, field.type);
      }
    }
  };
  const count = (name: string): void => {
    const known = (counts.get(name) ?? 0) + 1;
    counts.set(name, known);
    if (known <= maxItems) return;
    throw new DomainError('payload-too-large', `The body holds more than ${maxItems} ${name}: send smaller batches.`);
  };
  walk(request, message);
}
