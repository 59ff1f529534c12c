import { isObject, type Json, type JsonObject } from './json.ts';

export interface ApiParameter {
  name: string;
  place: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonObject;
}

export interface ApiResponse {
  /** By content type. */
  contents: Readonly<Record<string, JsonObject>>;
  /** The codes of problems that the document names for the status. */
  codes: readonly string[];
}

export interface ApiOperation {
  id: string;
  method: string;
  path: string;
  /** What a key must hold; undefined: none is needed. */
  scope: string | undefined;
  parameters: readonly ApiParameter[];
  /** What bodies it takes, by content type. */
  bodies: Readonly<Record<string, JsonObject>>;
  responses: Readonly<Record<string, ApiResponse>>;
}

/** What an OpenAPI document says of an API, with its references followed. */
export class Api {
  readonly document: JsonObject;
  readonly operations: readonly ApiOperation[];
  readonly #byRoute: ReadonlyMap<string, ApiOperation>;

  constructor(document: JsonObject) {
    this.document = document;
    this.operations = Object.entries(membersOf(document.paths)).flatMap(([path, methods]) =>
      Object.entries(membersOf(methods)).map(([method, said]) => this.#operation(method.toUpperCase(), path, said)),
    );
    this.#byRoute = new Map(this.operations.map((one) => [`${one.method} ${one.path}`, one]));
  }

  /** @param routeKey as API Gateway names the route; the document has no word for a parameter that takes the rest of a path */
  at(routeKey: string): ApiOperation | undefined {
    return this.#byRoute.get(routeKey.replace('+}', '}'));
  }

  /** Where a reference leads, and what is no reference as it is. */
  followed(value: Json | undefined): JsonObject {
    const { $ref: reference, ...beside } = membersOf(value);
    if (typeof reference !== 'string') return beside;
    const found = reference
      .slice(2)
      .split('/')
      .reduce<Json | undefined>((at, name) => membersOf(at)[name], this.document);
    return { ...this.followed(found), ...beside };
  }

  #operation(method: string, path: string, said: Json): ApiOperation {
    const { operationId, 'x-required-scope': scope, parameters, requestBody, responses } = membersOf(said);
    return {
      id: String(operationId),
      method,
      path,
      scope: typeof scope === 'string' ? scope : undefined,
      parameters: (Array.isArray(parameters) ? parameters : []).map((one): ApiParameter => {
        const { name, in: place, required, schema } = membersOf(one);
        return {
          name: String(name),
          place: place as ApiParameter['place'],
          required: required === true,
          schema: membersOf(schema),
        };
      }),
      bodies: schemasOf(membersOf(requestBody).content),
      responses: Object.fromEntries(
        Object.entries(membersOf(responses)).map(([status, response]) => {
          const { content, description } = this.followed(response);
          const codes = [...String(description).matchAll(/\(`([a-z-]+)`\)/g)].map(([, code]) => code ?? '');
          return [status, { contents: schemasOf(content), codes }];
        }),
      ),
    };
  }
}

const membersOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const schemasOf = (content: Json | undefined): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.entries(membersOf(content)).map(([type, said]) => [type, membersOf(membersOf(said).schema)]),
  );
