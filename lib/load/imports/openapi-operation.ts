import { scenarioNameOf } from '../../contracts/scenario-name.ts';
import type { ImportTarget } from './base-path.ts';
import type { ScenarioDraft } from './collected-scenarios.ts';
import { isObject, type JsonObject, listOf } from './json-values.ts';
import { literalPart, literalPath } from './literal.ts';
import { requestBodyOf } from './openapi-body.ts';
import type { LocalReferences } from './openapi-document.ts';
import { isOwnHeader, type Parameter, ParameterValues, parametersOf } from './openapi-parameters.ts';
import { serverPath } from './openapi-server.ts';
import { SchemaSampler } from './schema-sample.ts';
import { isSecret } from './secrets.ts';
import { isSafe, type SentMethod } from './sent-method.ts';

/** An operation of a document, with the path item that it stands in. */
export interface Operation {
  method: SentMethod;
  path: string;
  item: JsonObject;
  operation: JsonObject;
}

export interface OperationScenario {
  draft: ScenarioDraft;
  /** There was no example for a parameter of its path. */
  isMadeUp: boolean;
  asksForAuthentication: boolean;
}

/** Makes the requests of a document's operations. */
export class OperationScenarios {
  readonly #document: JsonObject;
  readonly #target: ImportTarget;
  readonly #references: LocalReferences;
  readonly #sampler: SchemaSampler;
  readonly #values: ParameterValues;

  constructor(document: JsonObject, references: LocalReferences, target: ImportTarget) {
    this.#document = document;
    this.#target = target;
    this.#references = references;
    this.#sampler = new SchemaSampler(references);
    this.#values = new ParameterValues(references, this.#sampler);
  }

  /** The document is too large to go on. */
  get isExhausted(): boolean {
    return this.#sampler.isExhausted;
  }

  /** @returns undefined where it needs a body that cannot be made up */
  of({ method, path, item, operation }: Operation): OperationScenario | undefined {
    const sent = isSafe(method) ? {} : requestBodyOf(operation.requestBody, this.#references, this.#sampler);
    if (sent === undefined) return undefined;
    const parameters = parametersOf(item, operation, this.#references);
    const filled = this.#fillPath(path, parameters);
    const below = serverPath([operation.servers, item.servers, this.#document.servers], this.#target);
    const headers = { ...this.#headers(parameters), ...sent.headers };
    const draft: ScenarioDraft = {
      name: scenarioNameOf({ method, path }),
      method,
      path: below + filled.path + this.#query(filled.path, parameters),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(sent.body === undefined ? {} : { body: sent.body }),
    };
    return {
      draft,
      isMadeUp: filled.isMadeUp,
      asksForAuthentication: this.#asksForAuthentication(operation, parameters),
    };
  }

  #fillPath(path: string, parameters: readonly Parameter[]): { path: string; isMadeUp: boolean } {
    let isMadeUp = false;
    // Some documents tell operations of one path apart by a fragment.
    const parts = path.replace(/#.*$/s, '').split(/(\{[^{}]+\})/);
    const filled = parts.map((part, index) => {
      // Every second part is a name in braces.
      if (index % 2 === 0) return literalPath(part);
      const name = part.slice(1, -1);
      const value = this.#values.of(parameters.find((each) => each.in === 'path' && each.name === name)?.object);
      isMadeUp ||= value.isMadeUp;
      return value.encoded;
    });
    return { path: filled.join(''), isMadeUp };
  }

  #query(path: string, parameters: readonly Parameter[]): string {
    const pairs = parameters
      .filter((each) => each.in === 'query' && each.required && !isSecret(each.name))
      .map(({ name, object }) => `${literalPart(name)}=${this.#values.of(object).encoded}`);
    if (pairs.length === 0) return '';
    return (path.includes('?') ? '&' : '?') + pairs.join('&');
  }

  #headers(parameters: readonly Parameter[]): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const { name, in: place, required, object } of parameters) {
      if (place !== 'header' || !required || !isOwnHeader(name)) continue;
      const { plain } = this.#values.of(object);
      if (plain !== undefined) headers[name] = plain;
    }
    return headers;
  }

  #asksForAuthentication({ security }: JsonObject, parameters: readonly Parameter[]): boolean {
    const schemes = listOf(security ?? this.#document.security);
    const isOptional = schemes.some((scheme) => isObject(scheme) && Object.keys(scheme).length === 0);
    if (schemes.length > 0 && !isOptional) return true;
    return parameters.some(({ name, in: place, required }) => required && (place === 'cookie' || isSecret(name)));
  }
}
