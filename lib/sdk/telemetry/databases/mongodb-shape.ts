const maxLength = 1_000;
const maxDepth = 8;
const maxKeys = 30;
const maxKeyLength = 60;

/** What of a command says what it looks for, or does. The rest is sent with every command, or is a value. */
const told = ['query', 'filter', 'q', 'pipeline', 'update', 'u', 'key', 'sort', 'projection', 'hint', 'fields'];
/** Lists of statements: they are of one shape, or nearly so. */
const statements = ['updates', 'deletes'];

/** Names of fields may hold what is counted by them: `visits.2024-05-01`. */
const fieldOf = (key: string): string => key.slice(0, maxKeyLength).replaceAll(/\d+/g, '?');

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Values become `?`. A list of values is one, however long; a list of conditions or stages shows each. */
function shape(value: unknown, depth: number): string {
  if (depth > maxDepth) return '?';
  if (Array.isArray(value)) {
    if (!value.some((each) => isPlain(each) || Array.isArray(each))) return '?';
    return `[${value
      .slice(0, maxKeys)
      .map((each) => shape(each, depth + 1))
      .join(', ')}]`;
  }
  if (value instanceof Map) return shape(Object.fromEntries(value), depth);
  if (!isPlain(value)) return '?';
  const members = Object.keys(value)
    .slice(0, maxKeys)
    .map((key) => `${fieldOf(key)}: ${shape(value[key], depth + 1)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/**
 * A command as what is the same of all that differ in values only: `find products { price: { $lt: ? } } sort { price: ? }`. It
 * names fields and operators, and no value.
 */
export function shapeOf(command: object): string {
  const parts = command as Record<string, unknown>;
  const [name = ''] = Object.keys(parts);
  const target = name === 'getMore' ? parts.collection : parts[name];
  const [statement] = statements.flatMap((list) => (Array.isArray(parts[list]) ? [parts[list][0]] : []));
  const source = isPlain(statement) ? statement : parts;
  const details = told
    .filter((part) => source[part] !== undefined && typeof source[part] === 'object')
    .map((part) =>
      /^(filter|query|q|pipeline)$/.test(part) ? shape(source[part], 0) : `${part} ${shape(source[part], 0)}`,
    );
  return [fieldOf(name), ...(typeof target === 'string' ? [target.slice(0, 120)] : []), ...details]
    .join(' ')
    .slice(0, maxLength)
    .toWellFormed();
}
