import { signatureHeader, signedText } from '../../contracts/settings-headers.ts';
import { retryAfterMs } from '../backoff.ts';
import { ownRequests, type SendOwn } from '../telemetry/own-requests.ts';
import type { IsSigned } from './signature.ts';

const timeoutMs = 10_000;
/** Settings of a hundred endpoints come to some 20 KB. */
const maxAnswerBytes = 1_000_000;

export type Fetched =
  | {
      readonly kind: 'document';
      readonly version: string;
      readonly document: unknown;
      readonly date: string | undefined;
      /** From the question to the answer. */
      readonly tripMs: number;
    }
  /** The version that was named is the one to have. */
  | { readonly kind: 'same' }
  /** There are none for this project, or this Headroom knows of none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly why: string; readonly waitMs?: number | undefined };

/** @param version that is there already. Never rejects. */
export type FetchSettings = (version: string | undefined) => Promise<Fetched>;

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Asks Headroom for the settings of the project, and takes nothing that is not signed. */
export function settingsFetch(endpoint: URL, apiKey: string, isSigned: IsSigned): FetchSettings {
  const send = ownRequests(endpoint);
  return async (version) => {
    const sentAtMs = performance.now();
    try {
      const fetched = judge(await get(send, apiKey, version), isSigned, version);
      return fetched.kind === 'document' ? { ...fetched, tripMs: performance.now() - sentAtMs } : fetched;
    } catch (error) {
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  };
}

function judge({ status, headers, body }: Answer, isSigned: IsSigned, version: string | undefined): Fetched {
  if (status === 404 || status === 405) return { kind: 'none' };
  if (status !== 200 && status !== 304) {
    return { kind: 'failed', why: `Headroom answered ${status}`, waitMs: retryAfterMs(textOf(headers['retry-after'])) };
  }
  // Proxies that compress weaken it.
  const [, tag = ''] = /^(?:W\/)?"([^"]*)"$/.exec(textOf(headers.etag) ?? '') ?? [];
  const isForThis = isSigned(signedText(tag, status === 304 ? '' : body), textOf(headers[signatureHeader]));
  if (!isForThis) return { kind: 'failed', why: 'they are not signed by Headroom with the key of this service' };
  if (status === 304)
    return tag === version ? { kind: 'same' } : { kind: 'failed', why: 'they are of another version' };
  return { kind: 'document', version: tag, document: JSON.parse(body), date: textOf(headers.date), tripMs: 0 };
}

const textOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const get = (send: SendOwn, apiKey: string, version: string | undefined, isFirstTry = true): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${apiKey}`,
      ...(version !== undefined && { 'if-none-match': `"${version}"` }),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const fail = (error: Error): void =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error);
    const request = send({ method: 'GET', headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > maxAnswerBytes) response.destroy(new Error('they are too long to be settings'));
      });
      response.on('error', fail);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.on('error', (error) => {
      // A kept connection may have been closed by the other side while nobody looked, as when Lambda froze this process.
      if (request.reusedSocket && isFirstTry && !signal.aborted) resolve(get(send, apiKey, version, false));
      else fail(error);
    });
    request.end();
  });
