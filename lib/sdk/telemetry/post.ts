import { gzip } from 'node:zlib';
import { settingsHeader } from '../../contracts/settings-headers.ts';
import { ownRequests } from './own-requests.ts';

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** The version of the live settings that this service is to have. */
  readonly settings?: string;
}

export type Post = (body: string) => Promise<PostAnswer>;

const defaultTimeoutMs = 10_000;
const maxAnswerBytes = 64_000;
/** Below this, compressing saves no packet worth the work. */
const gzipAboveBytes = 2_000;
const unsupportedMediaType = 415;

/** In a thread of its own: the host is not held up. What cannot be compressed is sent as it is. */
const gzipped = (body: string): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    gzip(body, (error, bytes) => resolve(error === null ? bytes : undefined));
  });

/**
 * Posts JSON over a kept connection, and waits at most 10 s. Neither the connection nor the timer holds the process open. Not
 * `fetch`: its sockets would, and hosts replace it. Larger bodies are compressed, until an answer says that this is not understood.
 */
export function createPost(endpoint: URL, apiKey: string, timeoutMs = defaultTimeoutMs): Post {
  const send = ownRequests(endpoint);
  const post = (body: string | Buffer, contentType: string, isFirstTry = true): Promise<PostAnswer> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'content-type': contentType,
        'content-length': Buffer.byteLength(body),
      };
      const signal = AbortSignal.timeout(timeoutMs);
      const request = send({ method: 'POST', headers, signal }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          // An answer is a line of JSON. Whatever this is, it is not worth reading.
          if (bytes > maxAnswerBytes) response.destroy();
        });
        response.on('error', () => {});
        const { 'retry-after': retryAfter, 'content-type': contentType } = response.headers;
        const settings = response.headers[settingsHeader];
        resolve({
          status: response.statusCode ?? 0,
          retryAfter,
          contentType,
          ...(typeof settings === 'string' && { settings }),
        });
      });
      request.on('error', (error) => {
        // A kept connection may have been closed by the other side while nobody looked, as when Lambda froze this process.
        if (request.reusedSocket && isFirstTry && !signal.aborted) resolve(post(body, contentType, false));
        else reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error);
      });
      request.end(body);
    });
  let compresses = true;
  return async (body) => {
    const packed = compresses && body.length > gzipAboveBytes ? await gzipped(body) : undefined;
    if (packed !== undefined) {
      // Not by a content encoding: gateways that make text of JSON would damage it.
      const answer = await post(packed, 'application/gzip');
      if (answer.status !== unsupportedMediaType) return answer;
      compresses = false;
    }
    return post(body, 'application/json');
  };
}
