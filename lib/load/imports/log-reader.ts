import type { ScenarioImport } from '../../contracts/scenario-imports.ts';
import { belowBasePath, type ImportTarget } from './base-path.ts';
import { parseJsonLine } from './json-log-line.ts';
import type { LeftOut } from './left-out.ts';
import { type LoggedRequest, parseCombinedLine } from './log-line.ts';
import { queryPairs } from './query.ts';
import { isSecret } from './secrets.ts';
import { isSafe, type SentMethod, sentMethod } from './sent-method.ts';

const maxLineChars = 16_000;
const maxSegments = 20;
const maxParameters = 20;

/** What a load test sends, as long as nobody changes that. */
const ownUserAgent = 'headroom';

export type LogOptions = Pick<Extract<ScenarioImport, { source: 'access-log' }>, 'format' | 'includeUnsafe'>;

/** A request of a log that a load test can make again. */
export interface ReplayableRequest {
  method: SentMethod;
  /** Of the path, as they were sent. */
  segments: readonly string[];
  /** Decoded, without secrets; of a parameter that came twice, the first. */
  query: ReadonlyMap<string, string>;
  timeMs: number | undefined;
}

const notes = {
  malformed: 'A line that is not of the format, or has no request',
  method: 'A method that a load test does not send',
  unsafe: 'Changes something: only GET and HEAD are taken unless includeUnsafe is true',
  refused: 'Was answered with a 4xx (but 408 and 429): a load test would count it as failed',
  own: 'Of an earlier load test by Headroom',
  otherPath: 'Outside of the base path of the project’s address',
  complex: `A path with more than ${maxSegments} parts or a query with more than ${maxParameters} parameters`,
  secretParameter: 'Taken, without a parameter of the query that holds a secret',
} as const;

/** Reads a log line by line, and anew as often as it is asked to. */
export class LogReader {
  readonly #text: string;
  readonly #options: LogOptions;
  readonly #basePath: string;

  /** A proxy before the service may have taken the base path off: then no path of the log has it. */
  constructor(text: string, { basePath }: ImportTarget, options: LogOptions) {
    this.#text = text;
    this.#options = options;
    const hasBasePath = (): boolean =>
      this.#logged().some((request) => request !== undefined && belowBasePath(pathOf(request), basePath) !== undefined);
    this.#basePath = basePath !== '' && hasBasePath() ? basePath : '';
  }

  /** @param leftOut is told of each line that is left out */
  *requests(leftOut: LeftOut): Generator<ReplayableRequest> {
    for (const line of linesOf(this.#text)) {
      const request = this.#parse(line);
      if (request === undefined) leftOut.add(notes.malformed, line.slice(0, 200));
      else {
        const replayable = this.#replayable(request, leftOut);
        if (typeof replayable !== 'string') yield replayable;
        else leftOut.add(replayable, `${request.method} ${pathOf(request).replace(/\?.*$/s, '')}`);
      }
    }
  }

  *#logged(): Generator<LoggedRequest | undefined> {
    for (const line of linesOf(this.#text)) yield this.#parse(line);
  }

  #parse(line: string): LoggedRequest | undefined {
    if (line.length > maxLineChars) return undefined;
    const { format } = this.#options;
    const isJson = format === 'auto' ? line.startsWith('{') : format === 'json';
    return isJson ? parseJsonLine(line) : parseCombinedLine(line);
  }

  /** @returns why it is left out, where it is */
  #replayable(request: LoggedRequest, leftOut: LeftOut): ReplayableRequest | string {
    const method = sentMethod(request.method);
    const path = pathOf(request);
    if (!path.startsWith('/')) return notes.malformed;
    if (method === undefined) return notes.method;
    if (!this.#options.includeUnsafe && !isSafe(method)) return notes.unsafe;
    if (isRefused(request.status)) return notes.refused;
    if (request.userAgent === ownUserAgent) return notes.own;
    const below = belowBasePath(path, this.#basePath);
    if (below === undefined) return notes.otherPath;
    const [, pathname = '', search = ''] = /^\/([^?]*)(.*)$/s.exec(below) ?? [];
    const segments = pathname.replace(SESSION, '').split('/');
    if (segments.length > maxSegments || search.split('&').length > maxParameters) return notes.complex;
    const query = new Map<string, string>();
    for (const { name, value } of queryPairs(search)) {
      if (isSecret(name)) leftOut.add(notes.secretParameter, name);
      else if (name !== '' && !query.has(name)) query.set(name, value);
    }
    return { method, segments, query, timeMs: request.timeMs };
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    const line = text.slice(start, end).trim();
    if (line !== '') yield line;
    start = end + 1;
  }
}

/** With the query, without a fragment, and without the origin that stands in requests to a proxy. */
const pathOf = ({ target }: LoggedRequest): string => {
  const path = target
    .toWellFormed()
    .replace(/#.*$/s, '')
    .replace(/^https?:\/\/[^/?]*/i, '');
  return path.startsWith('?') ? `/${path}` : path;
};

const SESSION = /;jsessionid=[^/;]*/gi;

/** 408 and 429 come of load, as does 5xx: the request itself was a good one. */
const isRefused = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 499 && status !== 408 && status !== 429;
