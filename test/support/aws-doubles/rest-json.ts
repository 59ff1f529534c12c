import { type Operation, type Protocol, ServiceFailure, type WireAnswer, type WireRequest } from './double.ts';

export interface RestCall {
  /** Of the path's braces, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed from JSON, where there is any. */
  body: Record<string, unknown>;
  request: WireRequest;
}

export interface RestRoute {
  /** `PUT /2015-03-31/functions/{name}/configuration` */
  route: string;
  operation: string;
  /** Chooses between operations of one path. */
  when?: (call: RestCall) => boolean;
  run: (call: RestCall) => unknown;
}

/** What a route answers when it is more than JSON and 200. */
export class RestAnswer {
  readonly answer: WireAnswer;
  constructor(answer: WireAnswer) {
    this.answer = answer;
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`)}/?$`);

/** REST with JSON, as Lambda and both API Gateways speak it. */
export function restJson(routes: readonly RestRoute[]): Protocol {
  const compiled = routes.map((one) => {
    const [method = '', path = ''] = one.route.split(' ');
    return { ...one, method, pattern: patternOf(path) };
  });
  return {
    read(request): Operation {
      for (const { method, pattern, operation, when, run } of compiled) {
        const groups = method === request.method ? pattern.exec(request.path)?.groups : undefined;
        if (groups === undefined && !(method === request.method && pattern.test(request.path))) continue;
        const params = Object.fromEntries(
          Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
        );
        const call: RestCall = { params, query: request.query, body: bodyOf(request), request };
        if (when !== undefined && !when(call)) continue;
        const input = { ...params, ...Object.fromEntries(request.query), ...call.body };
        return { name: operation, input, run: () => run(call) };
      }
      throw new ServiceFailure('UnknownOperationException', 404);
    },
    answer: (_, output) =>
      output instanceof RestAnswer
        ? output.answer
        : { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output ?? {}) },
    failure: ({ code, status, message }) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ message }),
    }),
  };
}

function bodyOf({ body }: WireRequest): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
