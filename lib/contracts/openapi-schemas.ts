import { z } from 'zod';

export type JsonObject = { [name: string]: unknown };

/** Where a schema is used. A default is optional in what is sent, and there in what is answered. */
export interface UsedSchemas {
  input: Record<string, z.ZodType>;
  output: Record<string, z.ZodType>;
}

export interface RenderedSchemas {
  input: Record<string, JsonObject>;
  output: Record<string, JsonObject>;
  /** What the others refer to, by `#/components/schemas/{name}`. */
  components: Record<string, JsonObject>;
}

const localReference = '#/$defs/';
const componentReference = '#/components/schemas/';

/** JSON Schema 2020-12 of all schemas; those with an id stand among the components, once. */
export function renderSchemas(used: UsedSchemas): RenderedSchemas {
  const input = convert(used.input, 'input');
  const output = convert(used.output, 'output');
  const divided = dividedNames(input.definitions, output.definitions);
  const outputName = (name: string): string => (divided.has(name) ? `${name}Answer` : name);
  const sameName = (name: string): string => name;
  const components: Record<string, JsonObject> = {};
  for (const [name, schema] of Object.entries(input.definitions)) components[name] = withReferences(schema, sameName);
  for (const [name, schema] of Object.entries(output.definitions)) {
    components[outputName(name)] = withReferences(schema, outputName);
  }
  const renamed = (schemas: Record<string, JsonObject>, rename: (name: string) => string) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withReferences(schema, rename)]));
  return {
    input: renamed(input.schemas, sameName),
    output: renamed(output.schemas, outputName),
    components: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

interface Converted {
  schemas: Record<string, JsonObject>;
  definitions: Record<string, JsonObject>;
}

function convert(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Converted {
  const { properties = {}, $defs = {} } = z.toJSONSchema(z.object(schemas), { io, override: plainer });
  return { schemas: properties as Converted['schemas'], definitions: $defs as Converted['definitions'] };
}

/** Leaves out what zod says beyond what the schema's author meant. */
function plainer({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  const { def } = zodSchema._zod;
  // An answer may gain members: only what is strict forbids others.
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
  // The format says it all, and in fewer words.
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uri') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.propertyNames !== undefined && isBareString(jsonSchema.propertyNames)) delete jsonSchema.propertyNames;
  // A choice with one alternative is none.
  for (const choice of ['oneOf', 'anyOf'] as const) {
    const [only, ...others] = jsonSchema[choice] ?? [];
    if (only === undefined || others.length > 0) continue;
    delete jsonSchema[choice];
    Object.assign(jsonSchema, only);
  }
  if ('example' in jsonSchema) {
    jsonSchema.examples = [jsonSchema.example];
    delete jsonSchema.example;
  }
}

const isBareString = (schema: unknown): boolean => JSON.stringify(schema) === '{"type":"string"}';

/** The names that mean one thing in what is sent and another in what is answered, by themselves or by what they name. */
function dividedNames(input: Converted['definitions'], output: Converted['definitions']): Set<string> {
  const shared = Object.keys(output).filter((name) => name in input);
  const divided = new Set(shared.filter((name) => JSON.stringify(input[name]) !== JSON.stringify(output[name])));
  const names = (schema: unknown): string[] =>
    [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name ?? '');
  for (let before = -1; before !== divided.size; ) {
    before = divided.size;
    for (const name of shared) if (names(output[name]).some((inner) => divided.has(inner))) divided.add(name);
  }
  return divided;
}

function withReferences(schema: JsonObject, rename: (name: string) => string): JsonObject {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(localReference)
      ? componentReference + rename(value.slice(localReference.length))
      : value,
  );
  return JSON.parse(text) as JsonObject;
}
