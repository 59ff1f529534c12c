import type { z } from 'zod';
import { type JsonObject, type RenderedSchemas, renderSchemas } from './openapi-schemas.ts';
import { type ProblemCode, problem, problemCodes, problemTitles } from './problem.ts';
import type { Answer, EncodedBody, Route } from './route.ts';
import { type Operation, operations, route, type routes } from './routes.ts';

export interface OpenApiOptions {
  /** Of the API. */
  version: string;
  /** Default: where the document itself is served from. */
  serverUrl?: string;
}

export interface OpenApiDocument extends JsonObject {
  openapi: '3.1.0';
  paths: Record<string, Record<string, JsonObject>>;
}

/** The whole HTTP API as an OpenAPI 3.1 document, made from the routes and their schemas. */
export function openApiDocument({ version, serverUrl = '/' }: OpenApiOptions): OpenApiDocument {
  const schemas = renderSchemas(usedSchemas());
  const paths: OpenApiDocument['paths'] = {};
  for (const operation of operations) {
    const { path, method } = route(operation);
    const documented = path.replace('+}', '}');
    paths[documented] = { ...paths[documented], [method.toLowerCase()]: describe(operation, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headroom',
      version,
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, `hr_...`, as `POST /v1/keys` and `headroom keys create` make them, or a token of the deployment’s OIDC issuer',
        },
      },
      schemas: schemas.components,
      responses: problemResponses(schemas),
      headers: responseHeaders,
    },
  };
}

const tags: Record<(typeof routes)[Operation]['tag'], string> = {
  Platform: 'Whether Headroom works, and what it can do',
  Access: 'Who calls, how people sign in, and who changed what',
  Keys: 'API keys: each has a scope, and may be bound to projects',
  Projects: 'The HTTP services that Headroom looks after',
  Telemetry: 'What services report from inside',
  Cache: 'Values by namespace in memory, Redis and DynamoDB, with invalidation by key, tag and pattern',
  Comparisons: 'Two to five configurations under the same load, in slices that alternate',
  'Load tests': 'Traffic from a fleet of workers, and what came of it',
  Analysis: 'Scores, bottlenecks and what to do about them',
  Optimization: 'What would help, what was tried, and the live settings of services',
  Alerts: 'What needs somebody to look',
  Checks: 'Load test, telemetry and analysis in one run, held against limits',
  Tasks: 'Work in the background',
};

const introduction = [
  'Every list takes `limit` and `cursor` and answers `{ items, nextCursor? }`. Every error is an',
  '`application/problem+json` (RFC 9457) with a stable `code`. Work that takes long answers 202 with a `Location`.',
  'Query parameters that an operation does not name are refused, except where no key is needed.',
  'A JSON body may come compressed, as `application/gzip` or `application/zstd`, or with the content encoding `gzip`, `zstd` or',
  '`deflate`; JSON integers beyond 2^53 - 1 are refused.',
  'Every answer to a known key says in `RateLimit` and `RateLimit-Policy` how often it may ask one process; past it, the answer is 429.',
  'Times are ISO 8601 in UTC, units stand in the names, percentages go from 0 to 100.',
].join(' ');

/**
 * The problems that an operation can answer: those that its route names, and those that follow from what it takes.
 * `too-many-requests` stands apart: it also comes from the gateway, before Headroom, and is no problem+json then.
 */
export function problemsOf({
  scope,
  params,
  query,
  headers,
  body,
  takesBytes,
  startsWork,
  problems,
}: Route): ProblemCode[] {
  const takesBody = body !== undefined || takesBytes === true;
  // All but public routes refuse what their query has no place for, and so can refuse any call.
  const takesInput =
    scope !== 'public' ||
    params !== undefined ||
    query !== undefined ||
    headers !== undefined ||
    takesBody ||
    startsWork === true;
  return [
    ...(takesInput ? (['invalid-request'] as const) : []),
    ...(scope === 'public' ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(!takesBody ? [] : (['payload-too-large', 'unsupported-media-type'] as const)),
    ...problems,
    'internal',
    'unavailable',
  ];
}

const answersOf = (definition: Route): [status: string, answer: Answer][] => Object.entries(definition.answers);

/** How a schema is named while the document is made. */
const bodyOf = (operation: Operation): string => operation;
const answerOf = (operation: Operation, status: string, type: string): string => `${operation} ${status} ${type}`;
const problemOf = (name: string, type: string): string => `${name} ${type}`;
const parameterOf = (operation: Operation, place: string, name: string): string => `${operation} ${place} ${name}`;

function usedSchemas(): { input: Record<string, z.ZodType>; output: Record<string, z.ZodType> } {
  const input: Record<string, z.ZodType> = {};
  const output: Record<string, z.ZodType> = {};
  for (const operation of operations) {
    const definition = route(operation);
    if (definition.body !== undefined) input[bodyOf(operation)] = definition.body;
    for (const { place, name, schema } of parametersOf(definition)) input[parameterOf(operation, place, name)] = schema;
    for (const [status, answer] of answersOf(definition)) {
      for (const [type, body] of jsonOf(encodingsOf(answer))) output[answerOf(operation, status, type)] = body;
    }
    const { name, encodings } = problemsAsOf(definition);
    for (const [type, body] of jsonOf(encodings)) output[problemOf(name, type)] = body;
  }
  return { input, output };
}

type Place = 'path' | 'query' | 'header';

function parametersOf({ params, query, headers }: Route): { place: Place; name: string; schema: z.ZodType }[] {
  const listed = (place: Place, of: z.ZodObject | undefined) =>
    Object.entries(of?.shape ?? {}).map(([name, schema]) => ({ place, name, schema: schema as z.ZodType }));
  return [...listed('path', params), ...listed('query', query), ...listed('header', headers)];
}

function describe(operation: Operation, schemas: RenderedSchemas): JsonObject {
  const definition = route(operation);
  const { tag, summary, scope, body, takesBytes, startsWork } = definition;
  const parameters: JsonObject[] = parametersOf(definition).map(({ place, name, schema }) => ({
    name,
    in: place,
    required: place === 'path' || !schema.safeParse(undefined).success,
    schema: schemas.input[parameterOf(operation, place, name)],
  }));
  if (startsWork === true) parameters.push(idempotencyKey);
  return {
    operationId: operation,
    tags: [tag],
    summary,
    ...(scope === 'public' ? { security: [] } : { 'x-required-scope': scope }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            // Where every member has a default, so has the body.
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: schemas.input[bodyOf(operation)] } },
          },
        }),
    ...(takesBytes === true ? { requestBody: bytesBodyOf(definition) } : {}),
    responses: responsesOf(operation, definition, schemas),
  };
}

const bytesBodyOf = ({ contentTypes }: Route): JsonObject =>
  contentTypes === undefined
    ? anyBytes
    : { required: false, content: Object.fromEntries(contentTypes.map((type) => [type, { schema: {} }])) };

const anyBytes = {
  required: false,
  description: 'Kept as it is, with its content type; no body is a value of no bytes',
  content: { '*/*': { schema: {} } },
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key, sent again for the same project, leads to the same work',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
};

const responseHeaders = {
  CorrelationId: {
    description: 'Names this request in the logs: as the request gave it in `X-Correlation-Id`, or a new one',
    schema: { type: 'string' },
  },
};
const everyHeader = { 'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' } };

function responsesOf(operation: Operation, definition: Route, schemas: RenderedSchemas): JsonObject {
  const responses: JsonObject = {};
  for (const [status, answer] of answersOf(definition)) {
    const { description, headers = {} } = answer;
    const named = Object.entries(headers).map(([name, text]) => [
      name,
      { description: text, schema: { type: 'string' } },
    ]);
    const encodings = encodingsOf(answer);
    responses[status] = {
      description,
      headers: { ...everyHeader, ...Object.fromEntries(named) },
      ...(encodings === undefined
        ? {}
        : { content: contentOf(encodings, (type) => schemas.output[answerOf(operation, status, type)]) }),
    };
  }
  for (const [status, codes] of byStatus(everyProblemOf(definition))) {
    responses[status] = { $ref: `#/components/responses/${responseName(codes, definition)}` };
  }
  return responses;
}

/** Undefined: there is no body. */
function encodingsOf({ body, contentType, encodings }: Answer): EncodedBody | undefined {
  if (encodings !== undefined) return encodings;
  if (body !== undefined) return { [contentType ?? 'application/json']: body };
  return contentType === undefined ? undefined : { [contentType]: 'bytes' };
}

const asProblem = { name: '', encodings: { 'application/problem+json': problem } };
const problemsAsOf = ({ problemsAs = asProblem }: Route): NonNullable<Route['problemsAs']> => problemsAs;

const jsonOf = (encodings: EncodedBody = {}): [type: string, body: z.ZodType][] =>
  Object.entries(encodings).filter((one): one is [string, z.ZodType] => one[1] !== 'bytes');

/** Of any content type may also be JSON, and be whatever that can be. */
const schemaOfBytes = (type: string): JsonObject => (type === '*/*' ? {} : { type: 'string' });

const contentOf = (encodings: EncodedBody, schemaOf: (type: string) => JsonObject | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(encodings).map(([type, body]) => [
      type,
      { schema: body === 'bytes' ? schemaOfBytes(type) : schemaOf(type) },
    ]),
  );

const everyProblemOf = (definition: Route): ProblemCode[] => ['too-many-requests', ...problemsOf(definition)];

const byStatus = (codes: readonly ProblemCode[]): Map<number, ProblemCode[]> =>
  Map.groupBy(codes, (code) => problemCodes[code]);

/** `target-not-verified`, `target-not-allowed` -> `TargetNotVerifiedOrTargetNotAllowed`. */
function responseName(codes: readonly ProblemCode[], definition: Route): string {
  // What the gateway tells of by itself, it tells in its own words.
  if (codes.every((code) => code === 'too-many-requests')) return throttled;
  const names = codes.map((code) => code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  const { name } = problemsAsOf(definition);
  return name === '' ? names.join('Or') : `${names.join('Or')}As${name}`;
}

const throttled = 'TooManyRequests';

function problemResponses(schemas: RenderedSchemas): Record<string, JsonObject> {
  const responses: Record<string, JsonObject> = {
    [throttled]: {
      description: `${problemTitles['too-many-requests']}: the gateway’s limit for the whole deployment is reached, or the caller’s own`,
      headers: retryAfter,
    },
  };
  for (const operation of operations) {
    const definition = route(operation);
    const { name, encodings } = problemsAsOf(definition);
    for (const codes of byStatus(everyProblemOf(definition)).values()) {
      responses[responseName(codes, definition)] ??= {
        description: codes.map((code) => `${problemTitles[code]} (\`${code}\`)`).join(', or: '),
        headers: { ...everyHeader, ...headersOf(codes) },
        content: contentOf(encodings, (type) => schemas.output[problemOf(name, type)]),
      };
    }
  }
  return responses;
}

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' } },
};

const headersOf = (codes: readonly ProblemCode[]): JsonObject => ({
  ...(codes.includes('unauthenticated')
    ? { 'WWW-Authenticate': { description: '`Bearer`', schema: { type: 'string' } } }
    : {}),
  ...(codes.includes('unavailable') || codes.includes('too-many-patterns') ? retryAfter : {}),
});
