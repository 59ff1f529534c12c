import type { z } from 'zod';
import type { json } from '../../contracts/json.ts';

type Json = z.output<typeof json>;

/**
 * Texts are shown only of fields that are named here; of all others only that there was one. A list of what is secret would
 * be wrong with the first field that somebody forgets; this one is only ever too short.
 */
const shownTexts: ReadonlySet<string> = new Set([
  ...[
    'project',
    'projects',
    'name',
    'names',
    'scope',
    'kind',
    'type',
    'level',
    'environment',
    'preset',
    'status',
    'severity',
  ],
  ...[
    'metric',
    'objective',
    'strategy',
    'depth',
    'priority',
    'codec',
    'coherence',
    'tier',
    'tiers',
    'action',
    'state',
    'mode',
  ],
  ...[
    'id',
    'ids',
    'profileId',
    'runId',
    'testId',
    'optimizations',
    'include',
    'exclude',
    'only',
    'queue',
    'messageIds',
  ],
  ...['cron', 'timeZone', 'at', 'runAt', 'startsAt', 'endsAt', 'expiresAt', 'until', 'reason', 'why', 'method'],
]);
/** What these hold is a user's own, whatever the fields in it are called. */
const closed: ReadonlySet<string> = new Set([
  'headers',
  'body',
  'query',
  'value',
  'payload',
  'script',
  'data',
  'captures',
  'settings',
]);
/** Tokens, keys of AWS, and the like: nobody means to write them where they stand. */
const tokenLike = /hr_[0-9A-Z]{26}_|eyJ[\w-]+\.|AKIA[0-9A-Z]{16}|-----BEGIN|:\/\/[^/\s]*:[^/\s]*@/;

const maxText = 200;
const maxMembers = 30;
const maxDepth = 4;
const maxCharacters = 2_000;

/** What a request asked for, as far as it may be told: numbers, switches, names and times. At most 2,000 characters of JSON. */
export function summaryOf(request: { query?: unknown; body?: unknown }): Json | undefined {
  const told = { ...partOf('query', request.query), ...partOf('body', request.body) };
  if (Object.keys(told).length === 0) return undefined;
  return JSON.stringify(told).length <= maxCharacters ? told : 'larger than is told here';
}

function partOf(name: string, value: unknown): Record<string, Json> {
  if (value === undefined || value === null) return {};
  if (isBytes(value)) return { [name]: `${value.bytes.length} bytes` };
  if (typeof value === 'object' && Object.keys(value).length === 0) return {};
  return { [name]: told(value, '', 0, false) };
}

const isBytes = (value: unknown): value is { bytes: Uint8Array } =>
  typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array;

function told(value: unknown, field: string, depth: number, isClosed: boolean): Json {
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return isClosed ? 'a number' : value;
  if (typeof value === 'string') return isClosed ? 'a text' : toldText(value, field);
  if (typeof value !== 'object') return null;
  if (depth >= maxDepth) return 'more';
  if (Array.isArray(value)) {
    const items = value.slice(0, maxMembers).map((item) => told(item, field, depth + 1, isClosed));
    return value.length > maxMembers ? [...items, `and ${value.length - maxMembers} more`] : items;
  }
  const members = Object.entries(value);
  // The names in it are a user's own too.
  if (isClosed) return `${members.length} members`;
  return Object.fromEntries(
    members
      .slice(0, maxMembers)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, told(member, name, depth + 1, closed.has(name))]),
  );
}

function toldText(text: string, field: string): string {
  if (field === 'baseUrl') return URL.parse(text)?.origin ?? 'a text';
  if (!shownTexts.has(field) || tokenLike.test(text)) return 'a text';
  return text.length > maxText ? `${text.slice(0, maxText).toWellFormed()}...` : text;
}
