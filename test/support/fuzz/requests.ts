import fc from 'fast-check';
import type { Api, ApiOperation, ApiParameter } from './api.ts';
import { type BodyBend, bentJson, hostileTexts, type Packed, packings } from './bends.ts';
import type { Json } from './json.ts';
import { type Known, known } from './known.ts';
import type { SentRequest } from './platform.ts';
import type { SchemaArbitraries } from './schema-arbitrary.ts';

/** How a request departs from a fine one. */
type Bend =
  | ({ in: 'body' } & BodyBend)
  | { in: 'packing'; packing: number }
  | { in: 'path'; at: number; text: number; encoded: boolean }
  | { in: 'query'; at: number; how: 'doubled' | 'surplus' | 'hostile' | 'dropped'; text: number }
  | { in: 'cursor'; of: number; text: number }
  | { in: 'header'; name: string; text: number }
  | { in: 'method'; method: string };

/** All that a request is made of, but for what earlier answers told. */
export interface Recipe {
  operation: string;
  /** Which of the test's keys asks. */
  caller: string;
  parameters: Record<string, Json>;
  /** With its content type. */
  body: { type: string; value: Json } | undefined;
  bend: Bend | undefined;
  address: number;
}

const many = fc.nat(1_000_000);
const headerNames = [
  'x-correlation-id',
  'idempotency-key',
  'accept-encoding',
  'accept',
  'content-length',
  'x-forwarded-for',
  'authorization',
  'if-none-match',
  'if-match',
  'headroom-project',
  'headroom-tags',
  'headroom-epoch',
  'cookie',
  'expect',
  'x-amzn-trace-id',
  'host',
] as const;

const inBody: fc.Arbitrary<Bend> = fc.oneof(
  {
    arbitrary: fc.record({ in: fc.constant('body' as const), at: many, change: fc.nat(21), pick: many }),
    weight: 6,
  },
  { arbitrary: fc.record({ in: fc.constant('packing' as const), packing: fc.nat(packings.length - 1) }), weight: 1 },
);
const elsewhere: fc.Arbitrary<Bend> = fc.oneof(
  fc.record({ in: fc.constant('path' as const), at: many, text: many, encoded: fc.boolean() }),
  fc.record({
    in: fc.constant('query' as const),
    at: many,
    how: fc.constantFrom('doubled' as const, 'surplus' as const, 'hostile' as const, 'dropped' as const),
    text: many,
  }),
  fc.record({ in: fc.constant('cursor' as const), of: many, text: many }),
  fc.record({ in: fc.constant('header' as const), name: fc.constantFrom(...headerNames), text: many }),
  fc.record({
    in: fc.constant('method' as const),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'),
  }),
);

export interface RecipesOptions {
  api: Api;
  schemas: SchemaArbitraries;
  /** Bodies that mean something, by operation. */
  samples: Readonly<Record<string, readonly Json[]>>;
}

/** Requests of one operation: about half of them as the document wants them. */
export function recipesOf(operation: ApiOperation, caller: fc.Arbitrary<string>, options: RecipesOptions) {
  const { schemas } = options;
  const parameters = parametersOf(operation, schemas);
  const body = bodyOf(operation, options);
  const bend =
    body === undefined ? elsewhere : fc.oneof({ arbitrary: inBody, weight: 4 }, { arbitrary: elsewhere, weight: 1 });
  return fc.record({
    operation: fc.constant(operation.id),
    caller,
    parameters,
    body: body ?? fc.constant(undefined),
    bend: fc.option(bend, { nil: undefined, freq: 2 }),
    address: fc.nat(250),
  });
}

/** By name, of parameters whose schemas say nothing of what there is. */
const namedParameters: Readonly<Record<string, string>> = { key: 'cacheKey', asset: 'asset' };

/** What must be there, and seldom more than two others: many do not go together. */
function parametersOf(
  { id, parameters }: ApiOperation,
  schemas: SchemaArbitraries,
): fc.Arbitrary<Record<string, Json>> {
  const arbitraries = new Map(
    parameters.map(({ name, schema }) => {
      const told = name === 'cursor' ? `${id} cursor` : namedParameters[name];
      return [name, told === undefined ? schemas.of(schema, name) : many.map((pick): Json => known(told, pick))];
    }),
  );
  const namesOf = (isRequired: boolean) =>
    parameters.filter(({ required }) => required === isRequired).map(({ name }) => name);
  const [needed, optional] = [namesOf(true), namesOf(false)];
  const withOptional = (names: readonly string[]) =>
    fc.record(
      Object.fromEntries([...needed, ...names].map((name) => [name, arbitraries.get(name) ?? fc.constant('')])),
    );
  if (optional.length === 0) return withOptional([]);
  return fc.oneof(
    { arbitrary: withOptional([]), weight: 3 },
    {
      arbitrary: fc.subarray(optional, { minLength: 1, maxLength: Math.min(2, optional.length) }).chain(withOptional),
      weight: 4,
    },
    { arbitrary: fc.subarray(optional).chain(withOptional), weight: 1 },
  );
}

function bodyOf({ id, bodies }: ApiOperation, { schemas, samples }: RecipesOptions) {
  const [type, schema] =
    Object.entries(bodies).find(([name]) => name.endsWith('json')) ?? Object.entries(bodies)[0] ?? [];
  if (type === undefined || schema === undefined) return undefined;
  const drawn = type === '*/*' ? fc.string({ maxLength: 200 }) : schemas.of(schema, 'body');
  const meant = samples[id] ?? [];
  const value =
    meant.length === 0
      ? drawn
      : fc.oneof({ arbitrary: fc.constantFrom(...meant), weight: 2 }, { arbitrary: drawn, weight: 1 });
  return value.map((body) => ({ type: type === '*/*' ? 'text/plain' : type, value: body }));
}

export interface Circumstances {
  api: Api;
  /** By caller. A caller without one sends none. */
  tokens: ReadonlyMap<string, string>;
  knowledge: Known;
  /** What is looked up in place of other names by what changes something: not all is to be changed. */
  changing: Readonly<Record<string, string>>;
  /** The same by what erases a project, or most of it. */
  erasing: Readonly<Record<string, string>>;
}

/** What goes over the wire for a recipe, now. */
export function requestOf(recipe: Recipe, { api, tokens, knowledge, ...ways }: Circumstances): SentRequest {
  const operation = api.operations.find(({ id }) => id === recipe.operation);
  if (operation === undefined) throw new Error(`There is no ${recipe.operation}`);
  const { bend } = recipe;
  const instead = insteadFor(operation, ways);
  const project = textOf(knowledge.resolve(recipe.parameters.project ?? '', { instead }));
  const resolve = (value: Json): Json => knowledge.resolve(value, { instead, project });
  const text = (pick: number): string => hostileTexts[pick % hostileTexts.length] ?? '';
  const parameters = new Map(
    Object.entries(recipe.parameters).map(([name, value]) => [
      name,
      name === 'project' ? project : textOf(resolve(value)),
    ]),
  );
  const named = (place: ApiParameter['place']): string[] =>
    operation.parameters.filter((one) => one.place === place && parameters.has(one.name)).map(({ name }) => name);

  const inPath = named('path');
  const changed = bend?.in === 'path' ? inPath[bend.at % Math.max(1, inPath.length)] : undefined;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (bend?.in === 'path' && name === changed) {
      return bend.encoded ? encodeURIComponent(text(bend.text).toWellFormed()) : lineSafe(text(bend.text));
    }
    const value = encodeURIComponent((parameters.get(name) ?? 'x').toWellFormed());
    // Of a key, parts stand between slashes.
    return name === 'key' ? value.replaceAll('%2F', '/') : value;
  });

  const query = named('query')
    .map((name): [string, string] => [name, parameters.get(name) ?? ''])
    // No page of the list has said where to go on.
    .filter((pair) => pair.join() !== 'cursor,');
  if (bend?.in === 'query') bendQuery(query, bend, operation, text(bend.text));
  if (bend?.in === 'cursor') query.push(['cursor', cursorFrom(bend, api, knowledge, text(bend.text))]);
  const search = query.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('=')).join('&');

  const { headers, bytes } = packed(recipe, resolve);
  const token = tokens.get(recipe.caller);
  if (token !== undefined) headers.push(['authorization', `Bearer ${token}`]);
  for (const name of named('header')) headers.push([name.toLowerCase(), lineSafe(parameters.get(name) ?? '')]);
  if (bend?.in === 'header') headers.push([bend.name, lineSafe(text(bend.text))]);
  return {
    method: bend?.in === 'method' ? bend.method : operation.method,
    target: search === '' ? path : `${path}?${search}`,
    headers,
    body: bytes,
    sourceIp: `192.0.2.${recipe.address}`,
  };
}

function insteadFor(
  { method, path }: ApiOperation,
  { changing, erasing }: Pick<Circumstances, 'changing' | 'erasing'>,
) {
  if (method === 'GET') return {};
  return method === 'DELETE' && /\{(project|namespace)\}(\/telemetry)?$/.test(path) ? erasing : changing;
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a server takes in a request line and in a header: others are refused before there is a request. */
const lineSafe = (text: string): string => text.replaceAll(/[^\x21-\x7e\x80-\xff]/g, '');

function bendQuery(
  query: [string, string][],
  { at, how }: Extract<Bend, { in: 'query' }>,
  { parameters }: ApiOperation,
  text: string,
): void {
  const names = parameters.filter(({ place }) => place === 'query').map(({ name }) => name);
  const name = names[at % Math.max(1, names.length)] ?? 'limit';
  if (how === 'surplus') query.push([text.slice(0, 50), text]);
  else if (how === 'hostile') query.push([name, text]);
  else if (how === 'dropped') query.splice(at % Math.max(1, query.length), 1);
  else query.push(...query.slice(0, 1), [name, '7'], [name, text]);
}

/** Of another list, made up in the shape of one, or no cursor at all. */
function cursorFrom({ of }: Extract<Bend, { in: 'cursor' }>, api: Api, knowledge: Known, text: string): string {
  const other = api.operations[of % api.operations.length];
  const forged = ['PROJECT#', 'KEY#', 'TEST#', 'ALERT#', 'TASK#', ''].map(
    (prefix) => prefix + knowledge.find('project', of),
  );
  return [
    knowledge.find(`${other?.id} cursor`, of),
    Buffer.from(forged[of % forged.length] ?? '').toString('base64url'),
    Buffer.from(`${forged[of % forged.length]}${'x'.repeat(1_200)}`).toString('base64url'),
    Buffer.from('{"pk":{"S":"PROJECTS"}}').toString('base64url'),
    text,
  ][of % 5] as string;
}

function packed({ body, bend }: Recipe, resolve: (value: Json) => Json): Packed {
  if (body === undefined) return { headers: [], bytes: Buffer.alloc(0) };
  const value = resolve(body.value);
  const isText = !body.type.endsWith('json');
  const json = bend?.in === 'body' && !isText ? bentJson(value, bend) : JSON.stringify(value);
  if (bend?.in === 'packing') return packings[bend.packing]?.(json) ?? { headers: [], bytes: Buffer.from(json) };
  return { headers: [['content-type', body.type]], bytes: Buffer.from(isText ? textOf(value) : json) };
}
