type AnyMethod = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method of one object, and of no other of its class; nobody who lists its properties sees that.
 *
 * @returns what undoes it, unless somebody else has replaced it since
 * @throws TypeError when there is no such method
 */
export function overrideMethod(object: object, name: string, wrap: (original: AnyMethod) => AnyMethod): () => void {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== 'function') throw new TypeError(`there is no method \`${name}\``);
  const before = Object.getOwnPropertyDescriptor(object, name);
  const value = wrap(original as AnyMethod);
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== value) return;
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
}
