import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { NoEndInTime } from './no-answer.ts';
import type { Target } from './target.ts';

export interface FetchOptions {
  /** With the query. */
  path: string;
  accept: string;
  /** Absent: nothing is sent but the question. */
  post?: { body: string; headers: Readonly<Record<string, string>> };
  timeoutMs: number;
  maxBytes: number;
}

export interface Fetched {
  status: number;
  contentType: string | undefined;
  /** As it was sent. */
  retryAfter: string | undefined;
  /** Of an answer that says that all went well; none of others. */
  bytes: Buffer;
  /** There was more than `maxBytes`: `bytes` is where it broke off. */
  isTruncated: boolean;
}

/** Goes to a checked address, whatever the name means by now, and follows no redirect. @throws when there is no whole answer in time */
export function fetchTarget(
  { protocol, hostname, port, addresses }: Target,
  { path, accept, post, timeoutMs, maxBytes }: FetchOptions,
): Promise<Fetched> {
  const { promise, resolve, reject } = Promise.withResolvers<Fetched>();
  const { request } = protocol === 'https:' ? https : http;
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  // Autoselecting: where a name has addresses of both families, the one that cannot be reached from here is passed over.
  const connection = { autoSelectFamily: true };
  const call = request(
    {
      ...connection,
      hostname,
      port,
      path,
      method: post === undefined ? 'GET' : 'POST',
      headers: { accept, ...post?.headers },
      agent: false,
      lookup: (_name, _options, found) => found(null, checked),
    },
    (answer) => {
      const { statusCode: status = 0 } = answer;
      const chunks: Buffer[] = [];
      let length = 0;
      const end = (): void => {
        const contentType = answer.headers['content-type'];
        const retryAfter = answer.headers['retry-after'];
        resolve({ status, contentType, retryAfter, bytes: Buffer.concat(chunks), isTruncated: length > maxBytes });
        call.destroy();
      };
      if (status < 200 || status > 299) return end();
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxBytes) end();
      });
      answer.on('end', end);
      answer.on('error', reject);
    },
  );
  const deadline = setTimeout(() => call.destroy(new NoEndInTime(timeoutMs)), timeoutMs);
  call.on('error', reject);
  call.end(post?.body);
  return promise.finally(() => clearTimeout(deadline));
}
