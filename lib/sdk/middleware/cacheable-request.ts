/** What the response cache knows of a request, whatever framework it came through. */
export interface CacheableRequest {
  /** In capitals. */
  readonly method: string;
  /** Path and query as the client sent them, still encoded. */
  readonly target: string;
  /** The value of a field by its name in lower case; several are joined by commas. */
  header(name: string): string | undefined;
  /** It has a body, or may have one. */
  readonly hasBody: boolean;
  /** Somebody has said who the caller is by other means than a field: a client certificate, an authorizer, a session. */
  readonly isAuthenticated: boolean;
}
