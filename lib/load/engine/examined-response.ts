import { JSONPathError } from 'json-p3';
import { BodyCodingError } from './body-coding.ts';
import type { CookieKeeper } from './cookie-keeper.ts';
import type { ReceivedResponse } from './received-response.ts';

/** A response under inspection: its body is decoded and parsed at most once, and only when somebody asks. */
export class ExaminedResponse {
  readonly response: ReceivedResponse;
  readonly responseTimeMs: number;
  readonly cookies: CookieKeeper | undefined;
  #text: string | undefined;
  #json: unknown;
  #isParsed = false;

  constructor(response: ReceivedResponse, responseTimeMs: number, cookies: CookieKeeper | undefined) {
    this.response = response;
    this.responseTimeMs = responseTimeMs;
    this.cookies = cookies;
  }

  /** @throws BodyCodingError */
  get text(): string {
    this.#text ??= this.response.decodedBody().toString('utf8');
    return this.#text;
  }

  /** Undefined when the body is no JSON. @throws BodyCodingError */
  get json(): unknown {
    if (!this.#isParsed) {
      this.#isParsed = true;
      try {
        this.#json = JSON.parse(this.text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
    return this.#json;
  }
}

/** @returns what is wrong, that the body cannot be read included. */
export function readable(failureOf: () => string | undefined): string | undefined {
  try {
    return failureOf();
  } catch (error) {
    if (error instanceof BodyCodingError) return error.message;
    // What is nested deeper than the stack or JSONPath goes must fail its request, not the whole test.
    if (error instanceof RangeError || error instanceof JSONPathError)
      return 'the body is nested too deeply to be read';
    throw error;
  }
}
