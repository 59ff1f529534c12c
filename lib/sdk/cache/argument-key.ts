const MAX_DEPTH = 32;
const MAX_CHARACTERS = 100_000;

/** A function's arguments cannot be told apart by a key. */
export class ArgumentKeyError extends TypeError {
  override name = 'ArgumentKeyError';
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

/** Invariant: different values have different texts, and equal ones the same, whatever the order of their properties. */
class Writer {
  readonly #above = new Set<object>();
  #characters = 0;

  write(value: unknown, path: string): string {
    const text = this.#text(value, path);
    this.#characters += text.length;
    // Counted at every level, so that it ends early; a key of that size is a mistake.
    if (this.#characters > MAX_CHARACTERS)
      throw new ArgumentKeyError(`${path} is too large to make a key of: name one by the option \`key\``);
    return text;
  }

  #text(value: unknown, path: string): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'number':
        // -0 equals 0.
        return Object.is(value, -0) ? '0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'object':
        return value === null ? 'null' : this.#object(value, path);
      default:
        throw new ArgumentKeyError(
          `${path} is a ${typeof value}, which no key can hold: name a key by the option \`key\``,
        );
    }
  }

  #object(value: object, path: string): string {
    if (this.#above.has(value)) throw new ArgumentKeyError(`${path} holds itself: name a key by the option \`key\``);
    if (this.#above.size >= MAX_DEPTH)
      throw new ArgumentKeyError(`${path} lies too deep: name a key by the option \`key\``);
    this.#above.add(value);
    const text = this.#members(value, path);
    this.#above.delete(value);
    return text;
  }

  #members(value: object, path: string): string {
    if (Array.isArray(value)) return `[${Array.from(value, (each, at) => this.write(each, `${path}[${at}]`)).join()}]`;
    if (value instanceof Uint8Array) return `@bytes(${Buffer.from(value).toString('base64')})`;
    if (value instanceof Set || value instanceof Map) {
      // Their order is part of what they are.
      return `${value instanceof Set ? '@set' : '@map'}(${this.write([...value], path)})`;
    }
    if (isPlain(value)) {
      const members = Object.entries(value).filter(([, each]) => each !== undefined);
      members.sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${this.write(each, `${path}.${name}`)}`).join()}}`;
    }
    const kind = value.constructor?.name ?? '';
    if (value instanceof RegExp || value instanceof URL) return `@${kind}(${JSON.stringify(String(value))})`;
    if (hasToJson(value)) return `${kind}(${this.write(value.toJSON(), path)})`;
    throw new ArgumentKeyError(`${path} is a ${kind}, which no key can hold: name a key by the option \`key\``);
  }
}

/**
 * The arguments of a call as text: stable JSON that also tells apart what JSON does not (undefined, NaN, bigint, Date, Map, ...).
 * Arguments at the end that are undefined are as those left out.
 *
 * @throws ArgumentKeyError for functions, symbols, cycles, objects of classes without `toJSON`, and what is too deep or too large
 */
export function argumentKey(args: readonly unknown[]): string {
  const last = args.findLastIndex((value) => value !== undefined);
  const writer = new Writer();
  return args
    .slice(0, last + 1)
    .map((value, at) => writer.write(value, `argument ${at + 1}`))
    .join();
}
