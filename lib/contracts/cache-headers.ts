import { z } from 'zod';

export const maxTags = 32;
/** In UTF-8. */
export const maxTagBytes = 256;
const encoder = new TextEncoder();

export const cacheTag = z
  .string()
  .min(1)
  .refine((tag) => tag.isWellFormed(), 'must be well-formed Unicode, without half a surrogate pair')
  .refine((tag) => encoder.encode(tag).length <= maxTagBytes, `must have at most ${maxTagBytes} bytes in UTF-8`);

export const cacheTags = z.array(cacheTag).max(maxTags, `at most ${maxTags} tags`);

/** Of a value, as it stands in a header when the value is answered. */
export const contentType = z
  .string()
  .max(1_000)
  .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII');

/** What a header cannot carry, and what stands between tags in one. */
const odd = /[^\x21-\x7e]|[%,]/gu;

/** `Headroom-Tags`: separated by commas, with percent-encoding (of UTF-8) for commas, `%`, blanks and all beyond ASCII. */
export const encodeTags = (tags: readonly string[]): string =>
  tags.map((tag) => tag.replace(odd, encodeURIComponent)).join(',');

/** @throws URIError when a percent sign is not followed by UTF-8 in hexadecimal digits */
export const decodeTags = (header: string): string[] =>
  header
    .split(',')
    .map((tag) => decodeURIComponent(tag.trim()))
    .filter((tag) => tag !== '');

/** The header as the contract takes it. */
export const tagsHeader = z.codec(z.string(), cacheTags, {
  encode: encodeTags,
  decode: (text, context) => {
    try {
      return decodeTags(text);
    } catch {
      context.issues.push({
        code: 'custom',
        input: text,
        message: 'has a percent sign that begins no percent-encoding',
      });
      return z.NEVER;
    }
  },
});
