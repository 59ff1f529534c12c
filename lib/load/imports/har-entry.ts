import type { FlowRequest } from '../../contracts/load-scenario.ts';
import { belowBasePath, type ImportTarget } from './base-path.ts';
import { isObject, type JsonObject, textOf } from './json-values.ts';
import type { LeftOut } from './left-out.ts';
import { literalPath } from './literal.ts';
import { queryWithoutSecrets } from './query.ts';
import { recordedBody } from './recorded-body.ts';
import { keptHeaders, recordedHeaders } from './recorded-headers.ts';
import { isSafe, type SentMethod, sentMethod } from './sent-method.ts';

export type RecordedRequest = Pick<FlowRequest, 'method' | 'path' | 'headers' | 'body'>;

const notes = {
  unreadable: 'An entry whose request cannot be read or is not one that a load test sends',
  otherOrigin: 'To another origin than the project’s address',
  otherPath: 'Outside of the base path of the project’s address',
  unanswered: 'Without an answer in the recording: aborted or blocked',
  staticFile: 'A static file (script, style, image, font, media)',
  preflight: 'A preflight, which the browser sends by itself',
  unsafe: 'Changes something, and includeUnsafe is false',
  body: 'Has a body that cannot be sent again: not in the recording, over 100 KB, or with {{ in it',
  secretHeader: 'Taken, without a header that holds credentials',
  secretParameter: 'Taken, without a parameter of the query that holds a secret',
  secretInBody: 'Taken, with a secret in the body replaced by REDACTED',
} as const;

const staticType = /^(?:image|font|audio|video)\/|^text\/css\b|javascript\b|^application\/(?:font|wasm|manifest)/i;
const staticPath =
  /\.(?:css|m?js|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wasm|webmanifest)$/i;

/** @returns undefined for what is left out: why, is said */
export function recordedRequestOf(
  entry: JsonObject,
  target: ImportTarget,
  includeUnsafe: boolean,
  leftOut: LeftOut,
): RecordedRequest | undefined {
  const request = isObject(entry.request) ? entry.request : {};
  const url = textOf(request.url) ?? '';
  const method = sentMethod(request.method);
  if (method === undefined || !URL.canParse(url)) {
    leftOut.add(notes.unreadable, `${String(request.method).slice(0, 20)} ${url}`);
    return undefined;
  }
  const address = new URL(url);
  const path = belowBasePath(address.pathname, target.basePath);
  // Without its query, which may hold secrets.
  const example = `${method} ${address.origin}${address.pathname}`;
  const isOther = address.origin !== target.origin;
  if (isOther || path === undefined) {
    if (isOther) leftOut.add(notes.otherOrigin, address.origin);
    else leftOut.add(notes.otherPath, example);
    return undefined;
  }
  const headers = recordedHeaders(request.headers);
  const reason =
    reasonToLeaveOut(method, address, headers, entry) ?? (includeUnsafe || isSafe(method) ? undefined : notes.unsafe);
  const noteSecret = (): void => leftOut.add(notes.secretInBody, example);
  const body = reason ?? recordedBody(request.postData, headers.get('content-type'), noteSecret) ?? notes.body;
  if (typeof body === 'string') {
    leftOut.add(body, example);
    return undefined;
  }
  const query = queryWithoutSecrets(address.search, (name) => leftOut.add(notes.secretParameter, name));
  const kept = { ...keptHeaders(headers, (name) => leftOut.add(notes.secretHeader, name)), ...body.headers };
  return {
    method,
    path: literalPath(path + query),
    ...(Object.keys(kept).length === 0 ? {} : { headers: kept }),
    ...(body.body === undefined ? {} : { body: body.body }),
  };
}

function reasonToLeaveOut(
  method: SentMethod,
  { pathname }: URL,
  headers: ReadonlyMap<string, string>,
  { response: given }: JsonObject,
): string | undefined {
  const response = isObject(given) ? given : {};
  if (response.status === 0) return notes.unanswered;
  if (method === 'OPTIONS' && headers.has('access-control-request-method')) return notes.preflight;
  const type = isObject(response.content) ? (textOf(response.content.mimeType) ?? '') : '';
  // Browsers keep them, and they often come from elsewhere: played back for every visit they would outweigh all else.
  return method === 'GET' && (staticPath.test(pathname) || staticType.test(type)) ? notes.staticFile : undefined;
}
