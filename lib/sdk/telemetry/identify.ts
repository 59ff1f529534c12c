/** Node's request, as far as its types are needed: hosts may have none of Node's, and know more of their requests than Node does. */
export interface SentRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Says who sent a request, or nothing. */
export type Identify<Sent extends SentRequest = SentRequest> = (request: Sent) => string | number | null | undefined;
