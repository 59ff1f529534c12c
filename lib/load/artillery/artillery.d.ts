// What is used of Artillery. Its package hides its core and its plugins and has no types for them: they are reached by file.

declare module '*/artillery/dist/lib/core/engine_http.js' {
  export type UserContext = {
    vars: Record<string, unknown>;
    funcs: Record<string, (...parameters: never[]) => unknown>;
    scenario: unknown;
    _uid: string;
    _httpAgent?: { destroy(): void };
    _httpsAgent?: { destroy(): void };
  };
  /** What HTTP client the engine asks: `got`. */
  export type Client = {
    extend(options: { handlers: Handler[]; hooks: { beforeRequest: ((options: RequestOptions) => void)[] } }): Client;
  };
  export type RequestOptions = { url: URL; headers: Record<string, unknown> };
  export type ClientPromise = Promise<unknown> & {
    on(event: 'request', listener: (request: import('node:http').ClientRequest) => void): ClientPromise;
  };
  export type Handler = (options: RequestOptions, next: (options: RequestOptions) => ClientPromise) => ClientPromise;
  export type Done = (error: Error | null | undefined, context?: UserContext) => void;
  export type Emitter = Pick<import('node:events').EventEmitter, 'emit'>;

  export default class HttpEngine {
    constructor(script: object);
    request: Client;
    _httpAgent: unknown;
    _httpsAgent: unknown;
    init(): Promise<void>;
    createScenario(scenario: object, events: Emitter): (context: UserContext, done: Done) => Promise<unknown>;
  }
}

declare module '*/artillery/dist/lib/commons/engine_util.js' {
  export function template(value: unknown, context: { vars: object; funcs?: object }): unknown;
}

declare module '*/artillery-plugin-expect/dist/index.js' {
  /** Adds its hooks to the script. */
  export class Plugin {
    constructor(script: object, events: unknown);
  }
}

declare module '*/artillery/dist/lib/util/validate-script.js' {
  /** @returns what is wrong with the script, or undefined */
  export default function validate(script: object): string | undefined;
}
