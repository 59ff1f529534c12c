import { z } from 'zod';

/** In UTF-8. */
export const maxKeyBytes = 1_024;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What every gateway, proxy and URL parser on the way leaves as it is. */
const safe = /^[A-Za-z0-9._:@=-][A-Za-z0-9._~:@=-]*(\/[A-Za-z0-9._~:@=-]+)*$/;
const dotSegment = /(^|\/)\.{1,2}(\/|$)/;

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/**
 * A key as it stands in a path: as it is where nothing on the way changes it, else `~` and its UTF-8 as base64url. It needs no
 * percent-encoding. API Gateway decodes a path before it matches it and cuts it at a question mark, and clients resolve `..`.
 */
export const encodePathKey = (key: string): string =>
  safe.test(key) && !dotSegment.test(key) ? key : `~${toBase64Url(encoder.encode(key))}`;

/** @returns undefined when `~` is followed by something else than base64url of UTF-8 */
export function decodePathKey(text: string): string | undefined {
  if (!text.startsWith('~')) return text;
  const encoded = text.slice(1);
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) return undefined;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    // One key has one name in a path: spare bits of the last character are 0.
    return toBase64Url(bytes) === encoded ? decoder.decode(bytes) : undefined;
  } catch {
    return undefined;
  }
}

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
