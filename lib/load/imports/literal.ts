/**
 * What comes from a document, a recording or a log stands for itself: where it holds `{{`, a load test would take it for
 * a template of its own. So it is written in another way that means the same.
 */

/** A segment of a path, or a name or a value of a query. */
export const literalPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A path with its query, of which nothing is to be encoded again. Its fragment is never sent. */
export const literalPath = (path: string): string =>
  path.replace(/#.*$/s, '').replace(/[{}]/g, (brace) => (brace === '{' ? '%7B' : '%7D'));

/** JSON text, in which a brace may stand twice in strings only. */
export const literalJson = (text: string): string => text.replaceAll('{{', '{\\u007b');

export const hasTemplate = (text: string): boolean => text.includes('{{');

/** What is no percent-encoded UTF-8 stands for itself. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
