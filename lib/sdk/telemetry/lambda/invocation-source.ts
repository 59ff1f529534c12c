import { clusterPath } from '../../../contracts/route-pattern.ts';
import { telemetryLimits } from '../../../contracts/telemetry-limits.ts';
import { fieldsOf, type GatewayEvent, isGatewayEvent } from '../../middleware/gateway-event.ts';
import type { SentRequest } from '../identify.ts';

/** What an event asks a function for. */
export interface InvocationSource {
  /** `*` where the event is no request of HTTP. */
  readonly method: string;
  /** `/products/:id`, or `sqs:orders`. */
  readonly route: string;
  /** As it was asked for; the route again where the event is no request. */
  readonly path: string;
  /** Of the body; what stands around it is not known. */
  readonly requestBytes: number;
  /** What the gateway makes of an answer without a status: `json` takes it for the body of a 200, `none` answers 502. */
  readonly unsaidStatus: 'json' | 'none' | 'no-request';
  /** With its headers' names in small letters. */
  readonly sent?: SentRequest;
  /** As the gateway saw it. */
  readonly address?: string | undefined;
}

const at = (value: unknown, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );

const textAt = (value: unknown, ...names: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...names);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** Tells what invoked a function. Never throws for any JSON. */
export function invocationSource(event: unknown): InvocationSource {
  if (isGatewayEvent(event)) return ofRequest(event);
  const route = (eventRoute(event) ?? 'direct').slice(0, telemetryLimits.route).toWellFormed();
  return { method: '*', route, path: route, requestBytes: 0, unsaidStatus: 'no-request' };
}

function ofRequest(event: GatewayEvent): InvocationSource {
  const isVersion2 = event.httpMethod === undefined;
  const asked = textAt(event, 'rawPath') ?? textAt(event, 'path') ?? '/';
  const path = isVersion2 ? withoutStage(asked, textAt(event, 'requestContext', 'stage')) : asked;
  return {
    method: textAt(event, 'httpMethod') ?? textAt(event, 'requestContext', 'http', 'method') ?? 'GET',
    route: gatewayRoute(event) ?? clusterPath(path),
    path,
    requestBytes: bodyBytes(event.body, at(event, 'isBase64Encoded') === true),
    sent: new GatewayRequest(event, path),
    address:
      textAt(event, 'requestContext', 'http', 'sourceIp') ?? textAt(event, 'requestContext', 'identity', 'sourceIp'),
    unsaidStatus: isVersion2 ? 'json' : 'none',
  };
}

/** Headers are looked at for few requests: those that are kept whole. */
class GatewayRequest implements SentRequest {
  readonly url: string;
  readonly #event: GatewayEvent;

  constructor(event: GatewayEvent, url: string) {
    this.url = url;
    this.#event = event;
  }

  get headers(): Record<string, string | undefined> {
    return Object.fromEntries(fieldsOf(this.#event));
  }
}

/** HTTP APIs put a stage that has a name in front of the path; routes do not have it. */
function withoutStage(path: string, stage: string | undefined): string {
  const prefix = `/${stage}`;
  if (stage === undefined || !(path === prefix || path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
}

/** `GET /products/{id}` of HTTP APIs, `/products/{id}` of REST APIs. A greedy or a default route names nothing. */
function gatewayRoute(event: GatewayEvent): string | undefined {
  const pattern = textAt(event, 'resource') ?? textAt(event, 'routeKey')?.replace(/^[A-Z]+ /, '');
  if (pattern === undefined || !pattern.startsWith('/') || pattern.includes('+}')) return undefined;
  return pattern.replaceAll(/\{([^}]*)\}/g, ':$1').slice(0, telemetryLimits.route);
}

export const bodyBytes = (body: unknown, isBase64: boolean): number =>
  typeof body === 'string' ? Buffer.byteLength(body, isBase64 ? 'base64' : 'utf8') : 0;

/** `arn:aws:dynamodb:eu-west-1:1234:table/Orders/stream/...` and `arn:aws:sqs:eu-west-1:1234:orders` give `Orders` and `orders`. */
function resourceName(arn: string | undefined): string | undefined {
  const [first, second] = (arn?.split(':').slice(5).join(':') ?? '').split('/');
  return second || first || undefined;
}

const named = (system: string, name: string | undefined): string => (name === undefined ? system : `${system}:${name}`);

function eventRoute(event: unknown): string | undefined {
  return recordsRoute(at(event, 'Records', 0)) ?? busRoute(event) ?? otherRoute(event);
}

/** Queues, topics, streams and buckets send lists of records, each from the same source. */
function recordsRoute(record: unknown): string | undefined {
  const system = (textAt(record, 'eventSource') ?? textAt(record, 'EventSource'))?.replace(/^aws:/, '');
  if (system === undefined) return undefined;
  const bucket = textAt(record, 's3', 'bucket', 'name');
  return named(system, bucket ?? resourceName(textAt(record, 'eventSourceARN') ?? textAt(record, 'Sns', 'TopicArn')));
}

function busRoute(event: unknown): string | undefined {
  const source = textAt(event, 'source');
  const kind = textAt(event, 'detail-type');
  if (source === undefined || kind === undefined) return undefined;
  if (kind !== 'Scheduled Event') return `eventbridge:${source}/${kind}`;
  return named('schedule', textAt(event, 'resources', 0)?.split('/').at(-1));
}

function otherRoute(event: unknown): string | undefined {
  const system = textAt(event, 'eventSource')?.replace(/^aws:/, '');
  if (system !== undefined) return named(system, resourceName(textAt(event, 'eventSourceArn')));
  if (textAt(event, 'requestContext', 'connectionId') !== undefined) {
    return named('websocket', textAt(event, 'requestContext', 'routeKey'));
  }
  const trigger = textAt(event, 'triggerSource');
  if (trigger !== undefined) return `cognito:${trigger}`;
  const field = textAt(event, 'info', 'fieldName');
  if (field !== undefined) return `appsync:${textAt(event, 'info', 'parentTypeName') ?? 'Query'}.${field}`;
  return textAt(event, 'awslogs', 'data') === undefined ? undefined : 'logs';
}
