import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { z } from 'zod';
import type { FieldError } from '../../contracts/problem.ts';
import type { Route } from '../../contracts/route.ts';
import { fieldErrorsOf, refuseFields } from '../fields.ts';
import { jsonFaults } from './json-faults.ts';
import { readBytesBody, readJsonBody, readTypedBody } from './request-body.ts';

export interface ParsedInput {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
  idempotencyKey: string | undefined;
}

/** Parses every part of a request by its route's schemas, and names all wrong fields at once. */
export function parseInput(route: Route, event: APIGatewayProxyEventV2): ParsedInput {
  const faults: FieldError[] = [];
  const parse = (root: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    if (schema === undefined) return undefined;
    const result = safeParse(schema, value);
    if (result?.success) return result.data;
    faults.push(...(result === undefined ? [unreadable(root)] : fieldErrorsOf(result.error, root)));
    return undefined;
  };
  const parseBody = (schema: z.ZodType): unknown => {
    const body = readJsonBody(event, route.maxBodyBytes) ?? {};
    const unfit = jsonFaults(body, 'body');
    // Schemas recurse over what they are given, so they are given nothing that is too deep.
    if (unfit.length === 0) return parse('body', schema, body);
    faults.push(...unfit);
    return undefined;
  };
  const input: ParsedInput = {
    params: parse('path', route.params, event.pathParameters ?? {}),
    query: parse('query', route.query, event.queryStringParameters ?? {}),
    headers: parse('headers', route.headers, event.headers),
    body: bodyOf(route, event, parseBody),
    idempotencyKey: route.startsWork === true ? event.headers['idempotency-key'] : undefined,
  };
  faults.push(...unknownParameters(route, event));
  if (input.idempotencyKey !== undefined && !/^[\x21-\x7e]{1,200}$/.test(input.idempotencyKey)) {
    faults.push({ path: 'headers.idempotency-key', message: 'must be 1 to 200 printable ASCII characters' });
  }
  if (faults.length > 0) refuseFields(faults);
  return input;
}

/** A misspelled parameter that counts for nothing would go unseen. What everybody may open may be linked to with any query. */
function unknownParameters({ scope, query }: Route, { queryStringParameters }: APIGatewayProxyEventV2): FieldError[] {
  const known = Object.keys(query?.shape ?? {});
  const unknown = Object.keys(queryStringParameters ?? {}).filter((name) => !known.includes(name));
  if (scope === 'public' || unknown.length === 0) return [];
  const taken = known.length === 0 ? 'none' : quoted(known);
  return [{ path: 'query', message: `has the unknown ${quoted(unknown)}; this call takes ${taken}` }];
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function bodyOf(route: Route, event: APIGatewayProxyEventV2, parse: (schema: z.ZodType) => unknown): unknown {
  if (route.contentTypes !== undefined) return readTypedBody(event, route.contentTypes, route.maxBodyBytes);
  if (route.takesBytes === true) return readBytesBody(event);
  return route.body === undefined ? undefined : parse(route.body);
}

const unreadable = (root: string): FieldError => ({ path: root, message: 'has a field that cannot be read' });

/** Undefined where the parsing itself fails: zod compares the `length` of what should be a text even where it is an object. */
function safeParse(schema: z.ZodType, value: unknown): z.ZodSafeParseResult<unknown> | undefined {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
