import { CacheInputError } from './input-error.ts';

export const MAX_KEY_BYTES = 1_024;
export const MAX_TAGS = 32;
export const MAX_TAG_BYTES = 256;
export const MIN_TTL_SECONDS = 0.001;
/** Ten years. Times stay far below the 48 bits that an entry's header has for them. */
export const MAX_TTL_SECONDS = 315_360_000;

/** No UTF-16 code unit takes more than three bytes of UTF-8, so that short text needs no counting. */
const fits = (text: string, maxBytes: number): boolean =>
  text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;

/** @throws CacheInputError `invalid-key` unless it is well-formed text of 1 to 1,024 bytes in UTF-8 */
export function checkKey(key: string): void {
  if (typeof key !== 'string') throw new CacheInputError('invalid-key', `A key is text, not ${typeof key}.`);
  if (key === '') throw new CacheInputError('invalid-key', 'A key has at least one character.');
  if (!fits(key, MAX_KEY_BYTES)) {
    throw new CacheInputError(
      'invalid-key',
      `A key has at most ${MAX_KEY_BYTES} bytes in UTF-8, this one ${Buffer.byteLength(key)}: hash it, or a part of it.`,
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
  if (distinct.length > MAX_TAGS) {
    throw new CacheInputError('invalid-tags', `An entry has at most ${MAX_TAGS} tags, not ${distinct.length}.`);
  }
  for (const tag of distinct) checkTag(tag);
  return distinct;
}

export function checkTag(tag: string): void {
  if (typeof tag !== 'string') throw new CacheInputError('invalid-tags', `A tag is text, not ${typeof tag}.`);
  if (tag === '') throw new CacheInputError('invalid-tags', 'A tag has at least one character.');
  if (!fits(tag, MAX_TAG_BYTES)) {
    throw new CacheInputError(
      'invalid-tags',
      `A tag has at most ${MAX_TAG_BYTES} bytes in UTF-8; \`${tag.slice(0, 40)}...\` has ${Buffer.byteLength(tag)}.`,
    );
  }
  if (!tag.isWellFormed()) {
    throw new CacheInputError('invalid-tags', 'A tag is well-formed Unicode; one has half a surrogate pair.');
  }
}

/** @throws CacheInputError `invalid-ttl` unless it lies between a millisecond and ten years */
export function checkTtlSeconds(ttlSeconds: number): void {
  if (ttlSeconds >= MIN_TTL_SECONDS && ttlSeconds <= MAX_TTL_SECONDS) return;
  throw new CacheInputError(
    'invalid-ttl',
    `A TTL lies between ${MIN_TTL_SECONDS} and ${MAX_TTL_SECONDS} seconds (ten years), not at ${ttlSeconds}.`,
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
