import { RESERVED_HEADERS } from '../engine/request-template.ts';
import { isObject, listOf, textOf } from './json-values.ts';
import { hasTemplate } from './literal.ts';
import { isSecret } from './secrets.ts';

const maxHeaders = 50;
const maxValueChars = 8192;

/**
 * What a browser sets for itself. Conditions (`if-`) would have everything answered with 304, and `no-cache`, from
 * recording with the browser's cache turned off, would pass by the caches that visitors are served from.
 */
const ofTheBrowser =
  /^(?:sec-.*|user-agent|referer|if-.*|cache-control|pragma|priority|te|dnt|upgrade-insecure-requests|alt-used)$/;

/** Names are in lower case; of the pseudo-headers of HTTP/2 and 3, none. */
export function recordedHeaders(headers: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const header of listOf(headers).slice(0, maxHeaders)) {
    const name = isObject(header) ? textOf(header.name)?.toLowerCase() : undefined;
    const value = isObject(header) ? textOf(header.value) : undefined;
    if (name === undefined || value === undefined || found.has(name)) continue;
    if (/^[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/.test(name)) found.set(name, value);
  }
  return found;
}

/** Those that a scenario keeps: what the application set, and what an answer may depend on. */
export function keptHeaders(headers: ReadonlyMap<string, string>, onSecret: (name: string) => void) {
  const kept: Record<string, string> = {};
  for (const [name, value] of headers) {
    // The content type goes with the body.
    if (RESERVED_HEADERS.has(name) || ofTheBrowser.test(name) || name === 'content-type') continue;
    if (isSecret(name)) onSecret(name);
    else if (isSendable(value)) kept[name] = value;
  }
  return kept;
}

const isSendable = (value: string): boolean =>
  value.length <= maxValueChars && /^[\x20-\x7e\xa0-\xff]*$/.test(value) && !hasTemplate(value);
