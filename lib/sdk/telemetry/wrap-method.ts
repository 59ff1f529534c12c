export type Method = (this: object, ...args: unknown[]) => unknown;

/** Replaces a method by one that looks the same from outside: name, length, and the property's attributes stay. */
export function wrapMethod(owner: object, name: string, wrap: (original: Method) => Method): void {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (property === undefined || typeof property.value !== 'function' || !property.configurable) return;
  const original: Method = property.value;
  const wrapped = wrap(original);
  for (const attribute of ['name', 'length'] as const) {
    Object.defineProperty(wrapped, attribute, { value: original[attribute], configurable: true });
  }
  Object.defineProperty(owner, name, { value: wrapped });
}
