import { type FunctionName, functionDefinition, functionNames } from '../contracts/functions.ts';
import { operations, route } from '../contracts/routes.ts';

export interface ApiDefinitionOptions {
  title: string;
  /** Tags of the API: an import takes them from here, and drops those that it was given before. */
  tags: Readonly<Record<string, string>>;
  /** The ARN of a function, which the template may not know yet. */
  functionArn: (name: FunctionName) => string;
  /** What answers where no route matches. */
  fallback: FunctionName;
  /** All but public routes also ask for the signature of an identity of AWS. */
  signed: boolean;
  /** The name that AWS gives the API answers nothing: it has one of its own. */
  onlyOwnName: boolean;
}

interface Operation {
  'x-amazon-apigateway-integration': { $ref: string };
  responses: { default: { description: string } };
  [extension: string]: unknown;
}

export type PathItem = { parameters?: PathParameter[] } & Partial<Record<string, Operation | PathParameter[]>>;

interface PathParameter {
  name: string;
  in: 'path';
  required: true;
  schema: { type: 'string' };
}

/** The operation that API Gateway takes for every method. */
const anyMethod = 'x-amazon-apigateway-any-method';
/** How a document says that a route is authorized by IAM. */
const signature = 'signature';
const signatureScheme = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  'x-amazon-apigateway-authtype': 'awsSigv4',
};
const withoutEndpoint = { disableExecuteApiEndpoint: true };
const integrationsAt = '#/components/x-amazon-apigateway-integrations';

/**
 * All routes as the one document that API Gateway imports an HTTP API from: as resources of the template they would be a
 * third of what CloudFormation takes. It says which function answers which route and nothing of what travels, for API
 * Gateway would not look at it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 */
export function apiDefinition(options: ApiDefinitionOptions) {
  const { title, tags, functionArn, fallback, signed, onlyOwnName } = options;
  const answering = functionNames.filter((name) => functionDefinition(name).trigger.kind === 'http');
  const leadingTo = (name: FunctionName, asked: string): Operation => {
    if (!answering.includes(name)) throw new Error(`${asked} leads to ${name}, which does not answer HTTP.`);
    return {
      'x-amazon-apigateway-integration': { $ref: `${integrationsAt}/${name}` },
      responses: { default: { description: `What ${name} answers` } },
    };
  };
  const paths: Record<string, PathItem> = {};
  for (const operation of operations) {
    const { path, method, scope, function: name } = route(operation);
    paths[path] ??= withParametersOf(path);
    const isSigned = signed && scope !== 'public';
    paths[path][method.toLowerCase()] = {
      ...leadingTo(name, operation),
      ...(isSigned ? { security: [{ [signature]: [] }] } : {}),
    };
  }
  return {
    openapi: '3.0.1',
    info: { title, version: '1' },
    ...(onlyOwnName ? { servers: [{ url: '/', 'x-amazon-apigateway-endpoint-configuration': withoutEndpoint }] } : {}),
    tags: Object.entries(tags).map(([name, value]) => ({ name, 'x-amazon-apigateway-tag-value': value })),
    paths: {
      ...paths,
      '/$default': { [anyMethod]: { isDefaultRoute: true, ...leadingTo(fallback, 'The default route') } },
    },
    components: {
      ...(signed ? { securitySchemes: { [signature]: signatureScheme } } : {}),
      'x-amazon-apigateway-integrations': Object.fromEntries(
        answering.map((name) => [
          name,
          { type: 'AWS_PROXY', httpMethod: 'POST', uri: functionArn(name), payloadFormatVersion: '2.0' },
        ]),
      ),
    },
    'x-amazon-apigateway-importexport-version': '1.0',
  };
}

/** `{key+}`, of a path that may go on, is named without its plus. */
function withParametersOf(path: string): PathItem {
  const names = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return {};
  return { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) };
}
