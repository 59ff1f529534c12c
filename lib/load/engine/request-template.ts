import { inHeader, inJson, inPath, inQuery, inText } from './places.ts';
import type { EngineRequest, EngineTarget, JsonValue } from './plan.ts';
import { Template, TemplateError, type TemplateScope, type Values } from './template.ts';

/** The engine answers for these: with another value, requests would be framed wrongly or reach another site. */
export const RESERVED_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'keep-alive',
  'proxy-connection',
]);

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const { fixed } = Template;

function compileTarget({ path, query = {} }: EngineRequest, scope: TemplateScope): Template {
  if (!path.startsWith('/')) throw new TemplateError('the path does not begin with /');
  const parts = [Template.compile(path, scope, inPath)];
  let separator = path.includes('?') ? '&' : '?';
  for (const [name, value] of Object.entries(query)) {
    parts.push(fixed(`${separator}${inQuery.encodeStatic(name)}=`));
    parts.push(Template.compile(String(value), scope, inQuery));
    separator = '&';
  }
  return Template.concat(parts);
}

function compileHeaders(headers: Record<string, string>, scope: TemplateScope): Template[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!TOKEN.test(name)) throw new TemplateError(`"${name}" is no name of a header`);
    if (RESERVED_HEADERS.has(name.toLowerCase())) throw new TemplateError(`the header ${name} is set by the engine`);
    return [fixed(`${name}: `), Template.compile(value, scope, inHeader), fixed('\r\n')];
  });
}

const withDefaults = (headers: Record<string, string>, defaults: Record<string, string>): Record<string, string> => {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !given.has(name))), ...headers };
};

function compileBody(body: JsonValue, headers: Record<string, string>, scope: TemplateScope): Template {
  if (typeof body !== 'string') return Template.compile(JSON.stringify(body), scope, inJson);
  const isJson = Object.entries(headers).some(([name, value]) => /^content-type$/i.test(name) && /json/i.test(value));
  return Template.compile(body, scope, isJson ? inJson : inText);
}

export function hostHeader({ protocol, hostname, port }: EngineTarget): string {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  if (!/^[\w.\-~%[\]:]+$/.test(host)) throw new TemplateError(`"${hostname}" is no host name`);
  return port === (protocol === 'https:' ? 443 : 80) ? host : `${host}:${port}`;
}

/** A request, ready to be written: what does not change is put together once. */
export class RequestTemplate {
  readonly isHead: boolean;
  /** `GET /products/{{random(1,9)}}`, for messages. */
  readonly description: string;
  readonly #head: Template;
  readonly #body: Template | undefined;

  /** @throws TemplateError saying what of it cannot be sent. */
  constructor(target: EngineTarget, request: EngineRequest, scope: TemplateScope) {
    const { method, headers = {}, body, path } = request;
    this.isHead = method === 'HEAD';
    this.description = `${method} ${path}`.slice(0, 200);
    if (!/^[A-Z]+$/.test(method) || method === 'CONNECT') throw new TemplateError(`the method ${method} is not sent`);
    const defaults: Record<string, string> = { 'user-agent': 'headroom', accept: '*/*' };
    if (body !== undefined && typeof body !== 'string') defaults['content-type'] = 'application/json';
    this.#body = body === undefined ? undefined : compileBody(body, headers, scope);
    const head = Template.concat([
      fixed(`${method} `),
      compileTarget(request, scope),
      fixed(` HTTP/1.1\r\nhost: ${hostHeader(target)}\r\n`),
      ...compileHeaders(withDefaults(headers, defaults), scope),
    ]);
    // The length of a body that never changes is known now; that of another goes between head and body each time.
    const bodyText = this.#body === undefined ? '' : this.#body.staticText;
    if (bodyText === undefined) {
      this.#head = head;
      return;
    }
    const hasLength = this.#body !== undefined || METHODS_WITH_BODY.has(method);
    const length = hasLength ? `content-length: ${bodyText.length}\r\n` : '';
    this.#head = Template.concat([head, fixed(`${length}\r\n${bodyText}`)]);
    this.#body = undefined;
  }

  /**
   * The next request as a string of bytes: write it as latin1, and its length is the bytes on the wire.
   * @param values of the user who makes it
   */
  render(values: Values): string {
    const head = this.#head.render(values);
    if (this.#body === undefined) return head;
    const body = this.#body.render(values);
    return `${head}content-length: ${body.length}\r\n\r\n${body}`;
  }
}
