/** JSON that is the same for equal values, whatever the order of their keys; bytes are in base64. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, shown: unknown) {
    // `shown` is what toJSON made of it: a Buffer is no longer one there.
    const given = this[key];
    if (given instanceof Uint8Array) return Buffer.from(given).toString('base64');
    if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) return shown;
    return Object.fromEntries(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
