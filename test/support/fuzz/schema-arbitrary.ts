import fc from 'fast-check';
import type { Api } from './api.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { known } from './known.ts';

/** Below this many objects and lists, only what must be there is. */
const maxDepth = 6;
const maxItems = 3;
const maxText = 30;
const maxPick = 1_000_000;
const dayMs = 86_400_000;

/** What is asked for by name: of these schemas, there are some to ask for. */
const namedSchemas: Readonly<Record<string, string>> = {
  ProjectName: 'project',
  CacheNamespace: 'namespace',
  ProfileId: 'profileId',
  ChannelName: 'channelId',
  DatabaseName: 'databaseName',
  CacheKey: 'cacheKey',
};

/** Makes values that a schema allows: as the document says it, which is not all that the API asks for. */
export class SchemaArbitraries {
  readonly #api: Api;
  /** Services that a request may lead to: none is in the wide world. */
  readonly #urls: readonly string[];
  readonly #nowMs: number;
  readonly #made = new Map<string, fc.Arbitrary<Json>>();

  constructor(api: Api, { urls, nowMs }: { urls: readonly string[]; nowMs: number }) {
    this.#api = api;
    this.#urls = urls;
    this.#nowMs = nowMs;
  }

  /** @param name of the member or parameter that has the schema */
  of(schema: JsonObject, name = '', depth = 0): fc.Arbitrary<Json> {
    const { $ref: reference } = schema;
    if (typeof reference !== 'string') return this.#own(schema, name, depth);
    const of = reference.split('/').at(-1) ?? '';
    const place = `${of} ${of === 'Identifier' ? name : ''} ${depth}`;
    const made = this.#made.get(place) ?? this.#named(of, schema, name, depth);
    this.#made.set(place, made);
    return made;
  }

  #named(of: string, schema: JsonObject, name: string, depth: number): fc.Arbitrary<Json> {
    const known = of === 'Identifier' ? name : namedSchemas[of];
    const any = this.#own(this.#api.followed(schema), name, depth);
    return known === undefined ? any : fc.oneof({ arbitrary: told(known), weight: 12 }, { arbitrary: any, weight: 1 });
  }

  #own(schema: JsonObject, name: string, depth: number): fc.Arbitrary<Json> {
    const { default: byDefault, examples, ...rest } = schema;
    const given = [...(byDefault === undefined ? [] : [byDefault]), ...(Array.isArray(examples) ? examples : [])];
    const any = this.#kind(rest, name, depth);
    if (given.length === 0) return any;
    return fc.oneof({ arbitrary: fc.constantFrom(...given), weight: 1 }, { arbitrary: any, weight: 3 });
  }

  #kind(schema: JsonObject, name: string, depth: number): fc.Arbitrary<Json> {
    const { type, enum: choice, const: only, anyOf, oneOf } = schema;
    if (only !== undefined) return fc.constant(only);
    if (Array.isArray(choice)) return fc.constantFrom(...choice);
    const alternatives = [anyOf, oneOf].find(Array.isArray);
    if (alternatives !== undefined) {
      return fc.oneof(...alternatives.filter(isObject).map((one) => this.of(one, name, depth)));
    }
    switch (type) {
      case 'object':
        return this.#object(schema, depth + 1);
      case 'array':
        return this.#array(schema, name, depth + 1);
      case 'string':
        return this.#text(schema);
      case 'integer':
      case 'number':
        return number(schema);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return fc.oneof(fc.constant('anything'), fc.integer(), fc.constant({}), fc.constant(null));
    }
  }

  #object(
    { properties, required, additionalProperties, propertyNames }: JsonObject,
    depth: number,
  ): fc.Arbitrary<Json> {
    const schemas = asObject(properties);
    const needed = asList(required).map(String);
    const optional = Object.keys(schemas).filter((name) => !needed.includes(name));
    const members = new Map<string, fc.Arbitrary<Json>>();
    const member = (name: string): fc.Arbitrary<Json> => {
      const made = members.get(name) ?? this.of(asObject(schemas[name]), name, depth);
      members.set(name, made);
      return made;
    };
    const withOptional = (names: readonly string[]) =>
      fc.record(
        Object.fromEntries([...needed, ...names].map((name) => [name, member(name)])),
      ) as fc.Arbitrary<JsonObject>;
    if (isObject(additionalProperties) && optional.length + needed.length === 0) {
      if (depth > maxDepth) return fc.constant({});
      const names = isObject(propertyNames) ? this.of(propertyNames, 'name', depth) : fc.string({ maxLength: 12 });
      const values = this.of(additionalProperties, 'value', depth);
      return fc.dictionary(names as fc.Arbitrary<string>, values, { maxKeys: maxItems, noNullPrototype: true });
    }
    if (optional.length === 0 || depth > maxDepth) return withOptional([]);
    return fc.oneof(
      { arbitrary: withOptional([]), weight: 2 },
      {
        arbitrary: fc.subarray(optional, { minLength: 1, maxLength: Math.min(3, optional.length) }).chain(withOptional),
        weight: 4,
      },
      { arbitrary: fc.subarray(optional).chain(withOptional), weight: 1 },
    );
  }

  #array({ items, minItems, maxItems: most }: JsonObject, name: string, depth: number): fc.Arbitrary<Json> {
    const minLength = asNumber(minItems) ?? 0;
    const wanted = depth > maxDepth ? minLength : minLength + maxItems;
    if (wanted === 0) return fc.constant([]);
    return fc.array(this.of(asObject(items), name.replace(/s$/, ''), depth), {
      minLength,
      maxLength: Math.min(wanted, asNumber(most) ?? wanted),
    });
  }

  #text({ format, pattern, allOf, minLength, maxLength }: JsonObject): fc.Arbitrary<Json> {
    if (format === 'date-time') return this.#time();
    if (format === 'uri') return fc.constantFrom(...this.#urls);
    if (format === 'base64')
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    const least = asNumber(minLength) ?? 0;
    const most = Math.max(least, Math.min(asNumber(maxLength) ?? maxText, maxText));
    const text = fc.oneof(
      fc
        .constantFrom('GET /', '/health', 'shop', 'SELECT 1', 'p95', 'a b')
        .map((word) => word.padEnd(least, 'x').slice(0, most)),
      fc.string({ minLength: least, maxLength: most, unit: 'grapheme' }),
    );
    const patterns = [pattern, ...asList(allOf).map((one) => asObject(one).pattern)].filter(
      (one) => typeof one === 'string',
    );
    return patterns.length === 0 ? text : matching(patterns, text, least, asNumber(maxLength));
  }

  #time(): fc.Arbitrary<string> {
    const days = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -800, max: 800 }));
    return fc.tuple(days, fc.nat(dayMs)).map(([day, ms]) => new Date(this.#nowMs + day * dayMs + ms).toISOString());
  }
}

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const asNumber = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const told = (name: string): fc.Arbitrary<string> => fc.nat(maxPick).map((pick) => known(name, pick));

function number(schema: JsonObject): fc.Arbitrary<number> {
  const { type, multipleOf } = schema;
  const least = asNumber(schema.minimum) ?? asNumber(schema.exclusiveMinimum);
  const most = asNumber(schema.maximum) ?? asNumber(schema.exclusiveMaximum);
  const isOpen = { min: schema.exclusiveMinimum !== undefined, max: schema.exclusiveMaximum !== undefined };
  const min = least ?? (most === undefined ? -1_000_000 : Math.min(0, most));
  const max = Math.max(most ?? 1_000_000, min);
  if (type === 'integer') {
    const step = asNumber(multipleOf) ?? 1;
    const from = Math.ceil((min + (isOpen.min ? 1 : 0)) / step);
    const to = Math.max(from, Math.floor((max - (isOpen.max ? 1 : 0)) / step));
    const small = fc.integer({ min: from, max: Math.min(to, from + 100) });
    return fc.oneof(small, fc.integer({ min: from, max: to })).map((count) => count * step);
  }
  return fc.double({ min, max, minExcluded: isOpen.min, maxExcluded: isOpen.max && max > min, noNaN: true });
}

/** Texts of the last pattern that fit the others too; where none can be drawn from it, those of `others` that it takes. */
function matching(
  patterns: readonly string[],
  others: fc.Arbitrary<string>,
  minLength: number,
  maxLength = Number.POSITIVE_INFINITY,
): fc.Arbitrary<string> {
  const expressions = patterns.map((pattern) => new RegExp(pattern, 'u'));
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && expressions.every((one) => one.test(text));
  for (const texts of [drawnFrom(patterns.at(-1) ?? ''), others]) {
    if (texts !== undefined && fc.sample(texts, { numRuns: 50, seed: 1 }).some(fits)) return texts.filter(fits);
  }
  throw new Error(`Nothing that is drawn fits ${patterns.join(' and ')}`);
}

function drawnFrom(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    // Nothing is drawn from a lookahead. Without it, hardly anything is drawn that it would not take.
    return fc.stringMatching(new RegExp(pattern.replace(/\(\?![^)]*\)/, ''), 'u'), { size: 'small' });
  } catch {
    return undefined;
  }
}
