import http from 'node:http';
import https from 'node:https';

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export type Post = (body: string) => Promise<PostAnswer>;

const timeoutMs = 10_000;
const maxAnswerBytes = 64_000;

// Taken now, before a test library of the host's replaces them.
const requestOver = { 'http:': http.request, 'https:': https.request };

/**
 * Posts JSON over a kept connection, and waits at most 10 s. Neither the connection nor the timer holds the process open. Not
 * `fetch`: its sockets would, and hosts replace it.
 */
export function createPost(endpoint: URL, apiKey: string): Post {
  const secure = endpoint.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  const agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  const send = requestOver[secure ? 'https:' : 'http:'];
  return (body) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      const signal = AbortSignal.timeout(timeoutMs);
      const request = send(endpoint, { method: 'POST', agent, headers, signal }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          // An answer is a line of JSON. Whatever this is, it is not worth reading.
          if (bytes > maxAnswerBytes) response.destroy();
        });
        response.on('error', () => {});
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      });
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => reject(signal.aborted ? new Error('no answer within 10 s') : error));
      request.end(body);
    });
}
