import { createHash } from 'node:crypto';
import type { CacheableRequest } from './cacheable-request.ts';
import { listOf } from './header-fields.ts';

export interface KeyOptions {
  /** Begins every key, so that the namespace can be used for other things too. */
  prefix: string;
  /** Whether every host has answers of its own. */
  host: boolean;
  /** `sorted`: parameters in another order are the same request. */
  query: 'sorted' | 'raw';
  /** Parameters that change nothing in the answer. */
  ignoreQuery: readonly string[];
  /** Fields of which every value has an answer of its own, in lower case; `cookie:NAME` is one cookie. */
  vary: readonly string[];
}

export interface ResponseKey {
  key: string;
  /** Of everything that is stored for the URL, whatever else its key holds. */
  tag: string;
}

/** A field's name and its value in the request, normalised: '' where it is not there. */
export type VaryValue = readonly [name: string, value: string];

/** Longer URLs are kept as their hash: a key has at most 1,024 bytes, and room is left for what follows. */
const MAX_URL_BYTES = 700;

/** Set by proxies, and heeded by handlers that build links or redirects: whoever sets them must not set them for others. */
const forwarded = ['x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-proto', 'forwarded'];

const caseless = new Set(['accept', 'accept-charset', 'accept-encoding', 'accept-language']);

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function cookieOf(header: string | undefined, name: string): string {
  const found = (header ?? '').split(/[;,]/).map((pair) => pair.trim());
  return found.filter((pair) => pair.startsWith(`${name}=`)).join(';');
}

/** Without what does not matter: white space, case where there is none, and the order of content codings. */
function normalised(name: string, value: string): string {
  if (name === 'forwarded') return value.match(/\b(host|proto)=[^;,]*/gi)?.join(';') ?? '';
  const members = listOf(caseless.has(name) ? value.toLowerCase() : value);
  if (name === 'accept-encoding') members.sort();
  return members.join(',');
}

function varyValue(request: CacheableRequest, name: string): VaryValue {
  if (name.startsWith('cookie:')) return [name, cookieOf(request.header('cookie'), name.slice('cookie:'.length))];
  return [name, normalised(name, request.header(name) ?? '')];
}

export const varyValues = (request: CacheableRequest, names: readonly string[]): VaryValue[] =>
  names.map((name) => varyValue(request, name));

/** Whether the request has the values that an answer was made for. */
export const hasSameValues = (request: CacheableRequest, values: readonly VaryValue[]): boolean =>
  values.every(([name, value]) => varyValue(request, name)[1] === value);

function queryOf(query: string, { query: order, ignoreQuery }: KeyOptions): string {
  const nameOf = (parameter: string): string => parameter.split('=', 1)[0] ?? '';
  const parameters = query.split('&').filter((parameter) => !ignoreQuery.includes(nameOf(parameter)));
  // By name alone, and stable: of one name the order may matter.
  if (order === 'sorted') parameters.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
  return parameters.join('&');
}

function urlOf(request: CacheableRequest, target: string, options: KeyOptions): string {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = at < 0 ? '' : queryOf(target.slice(at + 1), options);
  const host = options.host ? (request.header('host') ?? '').toLowerCase() : '';
  return `${host}${path}${query === '' ? '' : `?${query}`}`;
}

/** GET and HEAD share a key: what answers the one answers the other. */
export function responseKey(request: CacheableRequest, options: KeyOptions, target = request.target): ResponseKey {
  const url = urlOf(request, target, options);
  const shown = Buffer.byteLength(url) <= MAX_URL_BYTES && url.isWellFormed() ? url : `sha256:${digestOf(url)}`;
  const values = varyValues(request, [...forwarded, ...options.vary]).filter(([, value]) => value !== '');
  const suffix = values.length === 0 ? '' : ` ${digestOf(JSON.stringify(values))}`;
  return { key: `${options.prefix}${shown}${suffix}`, tag: `${options.prefix}url:${digestOf(url)}` };
}

/** Where the answer to a request lies when the one under `key` was made for other values of the fields that it varies by. */
export function variantKey(key: string, request: CacheableRequest, { vary }: { vary: readonly VaryValue[] }): string {
  const names = vary.map(([name]) => name);
  return `${key} vary:${digestOf(JSON.stringify(varyValues(request, names)))}`;
}
