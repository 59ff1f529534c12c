import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type ActiveRequest, currentRequest, needRequestContext } from './current-request.ts';
import type { OwnErrors } from './own-errors.ts';
import { isOwnRequest } from './own-requests.ts';

/** A request that this process sent to another service. */
export interface EndedOutgoing {
  /** The origin that was asked: `https://api.example.com`. */
  readonly target: string;
  readonly method: string;
  /** The request on whose behalf it was sent, if that is known. */
  readonly active: ActiveRequest | undefined;
  /** 0: not answered. */
  readonly status: number;
  /** Until the answer's head was there, or it was clear that none would come. */
  readonly durationMs: number;
}

interface Sent {
  readonly startedAtMs: number;
  readonly active: ActiveRequest | undefined;
}

const sentKey = Symbol('headroom.sent');
interface Marked {
  [sentKey]?: Sent | undefined;
}
/** As far as it is needed of undici's request, which Node's own `fetch` sends too. */
interface UndiciRequest extends Marked {
  readonly origin?: string | URL;
  readonly method: string;
}
type HttpRequest = ClientRequest & Marked;

/**
 * Reports every request that this process sends by `fetch`, undici, `node:http` or `node:https`, exactly once; the SDK's own
 * posts to Headroom excepted. Redirects and retries are requests of their own. Clients are not touched.
 */
export function watchOutgoingRequests(report: (ended: EndedOutgoing) => void, errors: OwnErrors): void {
  const start = (request: Marked): void => {
    // Seen before: by its other channel. It may have been answered since.
    if (sentKey in request) return;
    needRequestContext();
    request[sentKey] = { startedAtMs: performance.now(), active: currentRequest() };
  };
  const end = (request: Marked, target: () => string, method: string, status: number): void => {
    const sent = request[sentKey];
    // Begun before we watched, or answered already: what becomes of the body is not told.
    if (sent === undefined) return;
    request[sentKey] = undefined;
    const durationMs = performance.now() - sent.startedAtMs;
    report({ target: target(), method, active: sent.active, status, durationMs });
  };
  const endHttp = (request: HttpRequest, status: number): void =>
    end(request, () => httpTarget(request, request.getHeader('host')), request.method, status);
  const endUndici = (request: UndiciRequest, status: number): void =>
    end(request, () => undiciTarget(request), request.method, status);

  // A subscriber that throws brings the process down: everything is guarded.
  const on = <Message>(channel: string, what: string, action: (message: Message) => void): void =>
    subscribe(channel, (message) => errors.guard(what, () => action(message as Message)));
  const watching = 'Watching an outgoing request';
  const recording = 'Recording an outgoing request';
  const startHttp = ({ request }: { request: HttpRequest }): void => {
    if (!isOwnRequest(request)) start(request);
  };
  on('http.client.request.created', watching, startHttp);
  // All that Node 20 tells of the beginning: the request was written.
  on('http.client.request.start', watching, startHttp);
  on('http.client.response.finish', recording, (message: { request: HttpRequest; response: IncomingMessage }) =>
    endHttp(message.request, message.response.statusCode ?? 0),
  );
  on('http.client.request.error', recording, ({ request }: { request: HttpRequest }) => endHttp(request, 0));
  on('undici:request:create', watching, ({ request }: { request: UndiciRequest }) => start(request));
  on('undici:request:headers', recording, (message: { request: UndiciRequest; response: { statusCode: number } }) => {
    // Early hints and the like: the answer is yet to come.
    if (message.response.statusCode >= 200) endUndici(message.request, message.response.statusCode);
  });
  on('undici:request:error', recording, ({ request }: { request: UndiciRequest }) => endUndici(request, 0));
}

const defaultPorts: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** By the connection: a proxy passes on the `Host` that its client sent. Where it is that of the connection, it has the port too. */
function httpTarget({ protocol, host, socket }: ClientRequest, header: unknown): string {
  const named = host.includes(':') ? `[${host}]` : host;
  if (typeof header === 'string' && header.startsWith(named) && /^(:\d{1,5})?$/.test(header.slice(named.length))) {
    return `${protocol}//${header}`;
  }
  const port = socket?.remotePort;
  return `${protocol}//${named}${port === undefined || port === defaultPorts[protocol] ? '' : `:${port}`}`;
}

function undiciTarget({ origin }: UndiciRequest): string {
  const text = String(origin);
  // What an origin may not have, and clients let pass.
  return /^[a-z]+:\/\/[^/@]+$/i.test(text) || !URL.canParse(text) ? text : new URL(text).origin;
}
