import type { CacheableRequest } from './cacheable-request.ts';

type Texts = Readonly<Record<string, string | undefined>>;
type Lists = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * What is read of an event of API Gateway (REST and HTTP APIs), of a function's URL, or of a load balancer.
 */
export interface GatewayEvent {
  readonly httpMethod?: string | undefined;
  readonly path?: string | undefined;
  readonly rawPath?: string | undefined;
  readonly rawQueryString?: string | undefined;
  readonly queryStringParameters?: Texts | null | undefined;
  readonly multiValueQueryStringParameters?: Lists | null | undefined;
  readonly headers?: Texts | null | undefined;
  readonly multiValueHeaders?: Lists | null | undefined;
  readonly cookies?: readonly string[] | undefined;
  readonly body?: string | null | undefined;
  readonly requestContext?: object | undefined;
}

const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const methodOf = ({ httpMethod, requestContext }: GatewayEvent): unknown =>
  httpMethod ?? propertyOf(propertyOf(requestContext, 'http'), 'method');

/** Whether an event is a request of HTTP at all. */
export const isGatewayEvent = (event: unknown): event is GatewayEvent =>
  typeof event === 'object' && event !== null && typeof methodOf(event) === 'string';

/** Gateways decode paths; what means something in a URL is encoded again, so that no two paths become one. */
const encodedPath = (path: string): string => path.replaceAll('%', '%25').replaceAll('?', '%3F').replaceAll('#', '%23');

function queryOf(event: GatewayEvent): string {
  const { rawQueryString, queryStringParameters, multiValueQueryStringParameters } = event;
  if (rawQueryString !== undefined) return rawQueryString;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value);
  }
  for (const [name, value] of Object.entries(queryStringParameters ?? {})) {
    if (value !== undefined && !query.has(name)) query.append(name, value);
  }
  return query.toString();
}

/** Header fields, by their names in small letters. */
export function fieldsOf({ headers, multiValueHeaders, cookies }: GatewayEvent): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) fields.set(name.toLowerCase(), value);
  }
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (values !== undefined && values.length > 0) fields.set(name.toLowerCase(), values.join(', '));
  }
  if (cookies !== undefined && cookies.length > 0) fields.set('cookie', cookies.join('; '));
  return fields;
}

/** Something in front of the function has found out who asks. */
function isAuthenticated({ requestContext }: GatewayEvent): boolean {
  if (propertyOf(requestContext, 'authorizer') ?? propertyOf(requestContext, 'authentication')) return true;
  const identity = propertyOf(requestContext, 'identity');
  const knowing = ['apiKey', 'caller', 'clientCert', 'cognitoIdentityId', 'userArn'];
  return knowing.some((name) => (propertyOf(identity, name) ?? undefined) !== undefined);
}

export function requestOfEvent(event: GatewayEvent): CacheableRequest {
  const fields = fieldsOf(event);
  const query = queryOf(event);
  return {
    method: String(methodOf(event)),
    target: `${encodedPath(event.rawPath ?? event.path ?? '/')}${query === '' ? '' : `?${query}`}`,
    header: (name) => fields.get(name),
    hasBody: (event.body ?? '') !== '',
    isAuthenticated: isAuthenticated(event),
  };
}

/** The event as the handler is to see it. */
export function shownEvent<Event extends GatewayEvent>(event: Event, shown: Texts): Event {
  const kept = <Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !(name.toLowerCase() in shown)));
  const set = Object.entries(shown).filter((field): field is [string, string] => field[1] !== undefined);
  const { headers, multiValueHeaders, cookies } = event;
  return {
    ...event,
    ...(headers && { headers: { ...kept(headers), ...Object.fromEntries(set) } }),
    ...(multiValueHeaders && {
      multiValueHeaders: {
        ...kept(multiValueHeaders),
        ...Object.fromEntries(set.map(([name, value]) => [name, [value]])),
      },
    }),
    ...(cookies && 'cookie' in shown && { cookies: shown.cookie?.split('; ') ?? [] }),
  };
}
