import { z } from 'zod';
import { decodePathKey, encodePathKey } from './path-key.ts';

/** In UTF-8. */
export const maxKeyBytes = 1_024;

const encoder = new TextEncoder();

/** Text of 1 to 1,024 bytes in UTF-8. */
export const cacheKey = z
  .string()
  .min(1)
  .refine((key) => key.isWellFormed(), 'must be well-formed Unicode, without half a surrogate pair')
  .refine(
    (key) => key.length * 3 <= maxKeyBytes || encoder.encode(key).length <= maxKeyBytes,
    `must have at most ${maxKeyBytes} bytes in UTF-8`,
  )
  .meta({ id: 'CacheKey' });

/** A key in a path: a client gives the key itself, and the path carries it as `encodePathKey` writes it. */
export const pathKey = z.codec(z.string().min(1), cacheKey, {
  encode: encodePathKey,
  decode: (text, context) => {
    const key = decodePathKey(text);
    if (key !== undefined) return key;
    context.issues.push({
      code: 'custom',
      input: text,
      message: 'begins with ~, which must be followed by the key’s UTF-8 as base64url, without padding',
    });
    return z.NEVER;
  },
});
