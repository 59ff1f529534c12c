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
