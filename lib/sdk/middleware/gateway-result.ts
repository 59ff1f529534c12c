import type { Answer } from './answer.ts';
import type { GatewayEvent } from './gateway-event.ts';
import type { HeaderFields } from './header-fields.ts';

/** What a function answers to a gateway. */
export interface GatewayResult {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A result that says its status; HTTP APIs take anything else for the JSON body of a 200. */
export const isGatewayResult = (result: unknown): result is GatewayResult =>
  isObject(result) && 'statusCode' in result && typeof result.statusCode === 'number';

export interface ReadResult {
  status: number;
  headers: HeaderFields;
  /** Undefined when it is a stream. */
  body: Uint8Array | undefined;
}

function headersOf({ headers, multiValueHeaders, cookies }: GatewayResult): HeaderFields {
  const several = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name.toLowerCase(), String(value)]),
  );
  const named = new Set(several.map(([name]) => name));
  const single = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ]);
  const set = (cookies ?? []).map((cookie): [string, string] => ['set-cookie', cookie]);
  return [...single.filter(([name]) => !named.has(name)), ...several, ...set];
}

export function readResult(result: unknown): ReadResult {
  if (!isGatewayResult(result)) {
    const text = typeof result === 'string' ? result : (JSON.stringify(result ?? null) ?? '');
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(text) };
  }
  const body: unknown = result.body ?? '';
  return {
    status: result.statusCode,
    headers: headersOf(result),
    body: typeof body === 'string' ? Buffer.from(body, result.isBase64Encoded ? 'base64' : 'utf8') : undefined,
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function bodyOf(bytes: Uint8Array, headers: HeaderFields): Pick<GatewayResult, 'body' | 'isBase64Encoded'> {
  try {
    const isCoded = headers.some(([name]) => name === 'content-encoding');
    if (!isCoded) return { body: decoder.decode(bytes), isBase64Encoded: false };
  } catch {
    // Bytes that are no text.
  }
  return { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}

/** Cookies are never among the fields of what is stored, so that one value for each name says all. */
function joined(fields: HeaderFields): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  return headers;
}

/** A load balancer that sends lists wants lists. */
const wantsLists = ({ headers, multiValueHeaders }: GatewayEvent): boolean =>
  (headers ?? undefined) === undefined && (multiValueHeaders ?? undefined) !== undefined;

export function resultOf({ status, headers, body }: Answer, event: GatewayEvent): GatewayResult {
  const fields = joined(headers);
  const lists = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
  return {
    statusCode: status,
    ...(wantsLists(event) ? { multiValueHeaders: lists } : { headers: fields }),
    ...(body === undefined ? { body: '', isBase64Encoded: false } : bodyOf(body, headers)),
  };
}

/** The handler's result with what was added to its fields; one that does not say its status stays as it is. */
export function withFields(result: unknown, status: number, fields: HeaderFields, hasBody: boolean): unknown {
  if (!isGatewayResult(result)) return result;
  const said = new Set(headersOf(result).map(([name]) => name));
  const added = joined(fields.filter(([name]) => name === 'cache-status' || !said.has(name)));
  const dropped = (name: string): boolean =>
    name.toLowerCase() === 'cache-status' || !fields.some(([each]) => each === name.toLowerCase());
  const kept = <Value>(all: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !dropped(name)));
  const { headers, multiValueHeaders, ...rest } = result;
  return {
    ...rest,
    statusCode: status,
    ...(multiValueHeaders && { multiValueHeaders: kept(multiValueHeaders) }),
    headers: { ...kept(headers ?? {}), ...added },
    ...(hasBody ? {} : { body: '', isBase64Encoded: false }),
  };
}
