export type CacheInputCode =
  | 'invalid-key'
  | 'invalid-tags'
  | 'invalid-ttl'
  | 'invalid-pattern'
  | 'invalid-policy'
  | 'invalid-value'
  | 'invalid-namespace'
  | 'value-too-large';

/** What a caller asked for cannot be done as asked. The message is for people, `code` for programs. */
export class CacheInputError extends Error {
  override name = 'CacheInputError';
  readonly code: CacheInputCode;

  constructor(code: CacheInputCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
