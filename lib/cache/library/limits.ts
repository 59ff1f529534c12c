import { maxTagBytes, maxTags } from '../../contracts/cache-headers.ts';
import { maxKeyBytes } from '../../contracts/cache-key.ts';
import { maxTtlSeconds, minTtlSeconds } from '../../contracts/cache-policy.ts';
import { CacheInputError } from './input-error.ts';

/** No UTF-16 code unit takes more than three bytes of UTF-8, so that short text needs no counting. */
const fits = (text: string, maxBytes: number): boolean =>
  text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;

/** @throws CacheInputError `invalid-key` unless it is well-formed text of 1 to 1,024 bytes in UTF-8 */
export function checkKey(key: string): void {
  if (typeof key !== 'string') throw new CacheInputError('invalid-key', `A key is text, not ${typeof key}.`);
  if (key === '') throw new CacheInputError('invalid-key', 'A key has at least one character.');
  if (!fits(key, maxKeyBytes)) {
    throw new CacheInputError(
      'invalid-key',
      `A key has at most ${maxKeyBytes} bytes in UTF-8, this one ${Buffer.byteLength(key)}: hash it, or a part of it.`,
    );
  }
  if (!key.isWellFormed()) {
    throw new CacheInputError('invalid-key', 'A key is well-formed Unicode; this one has half a surrogate pair.');
  }
}

/**
 * Each tag once, in the order of first mention.
 * @throws CacheInputError `invalid-tags` when there are more than 32, or one is empty, ill-formed or longer than 256 bytes
 */
export function checkedTags(tags: readonly string[]): readonly string[] {
  const distinct = tags.length < 2 ? tags : [...new Set(tags)];
  if (distinct.length > maxTags) {
    throw new CacheInputError('invalid-tags', `An entry has at most ${maxTags} tags, not ${distinct.length}.`);
  }
  for (const tag of distinct) checkTag(tag);
  return distinct;
}

function checkTag(tag: string): void {
  if (typeof tag !== 'string') throw new CacheInputError('invalid-tags', `A tag is text, not ${typeof tag}.`);
  if (tag === '') throw new CacheInputError('invalid-tags', 'A tag has at least one character.');
  if (!fits(tag, maxTagBytes)) {
    throw new CacheInputError(
      'invalid-tags',
      `A tag has at most ${maxTagBytes} bytes in UTF-8; \`${tag.slice(0, 40)}...\` has ${Buffer.byteLength(tag)}.`,
    );
  }
  if (!tag.isWellFormed()) {
    throw new CacheInputError('invalid-tags', 'A tag is well-formed Unicode; one has half a surrogate pair.');
  }
}

/** @throws CacheInputError `invalid-ttl` unless it lies between a millisecond and ten years */
export function checkTtlSeconds(ttlSeconds: number): void {
  if (ttlSeconds >= minTtlSeconds && ttlSeconds <= maxTtlSeconds) return;
  throw new CacheInputError(
    'invalid-ttl',
    `A TTL lies between ${minTtlSeconds} and ${maxTtlSeconds} seconds (ten years), not at ${ttlSeconds}.`,
  );
}

/** @throws CacheInputError `value-too-large`, by what the namespace's policy allows */
export function checkValueBytes(bytes: number, maxValueBytes: number): void {
  if (bytes <= maxValueBytes) return;
  throw new CacheInputError(
    'value-too-large',
    `The value has ${bytes} bytes; the namespace takes at most ${maxValueBytes} (\`maxValueBytes\` of its policy).`,
  );
}
