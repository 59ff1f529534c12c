import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument, problemsOf } from '../../lib/contracts/openapi.ts';
import { problem, problemCodes } from '../../lib/contracts/problem.ts';
import type { EncodedBody } from '../../lib/contracts/route.ts';
import { operations, route, routeKey } from '../../lib/contracts/routes.ts';

type Json = { [name: string]: Json } & Json[] & string;

const document = JSON.parse(JSON.stringify(openApiDocument({ version: '1.2.3' }))) as Json;

const at = (reference: string): Json | undefined =>
  reference
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((value, name) => value?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);

const followed = (value: Json | undefined): Json | undefined =>
  typeof value?.$ref === 'string' ? followed(at(value.$ref)) : value;

const described = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, content]) => ({ key: `${method.toUpperCase()} ${path}`, content })),
);
/** OpenAPI has no word for a parameter that takes the rest of a path. */
const keyOf = (operation: (typeof operations)[number]): string => routeKey(route(operation)).replace('+}', '}');
const contentOf = (operation: (typeof operations)[number]): Json => {
  const found = described.find(({ key }) => key === keyOf(operation));
  if (found === undefined) throw new Error(`${operation} is not in the document`);
  return found.content;
};

/** Every member of a schema with its type and whether it must be there: `items[].keyId string required`. */
function membersOf(schema: Json, definitions: Json | undefined): string[] {
  const members = new Set<string>();
  const walk = (value: Json, path: string, seen: readonly string[]): void => {
    if (typeof value.$ref === 'string') {
      const name = value.$ref.split('/').at(-1) ?? '';
      // A recursive schema has said all of itself by the second time.
      if (!seen.includes(name)) walk(definitions?.[name] as Json, path, [...seen, name]);
      return;
    }
    const required: string[] = value.required ?? [];
    for (const [name, member] of Object.entries(value.properties ?? {})) {
      members.add(`${path}.${name} ${required.includes(name) ? 'required' : 'optional'}`);
      walk(member, `${path}.${name}`, seen);
    }
    members.add(`${path} ${value.type ?? ''} ${value.enum ?? ''} ${value.const ?? ''} ${value.pattern ?? ''}`);
    if (value.items !== undefined) walk(value.items, `${path}[]`, seen);
    if (typeof value.additionalProperties === 'object') walk(value.additionalProperties, `${path}{}`, seen);
    for (const choice of [...(value.anyOf ?? []), ...(value.oneOf ?? []), ...(value.allOf ?? [])]) {
      walk(choice, path, seen);
    }
  };
  walk(schema, '', []);
  // A format stands for the long pattern that zod spells it out with.
  return [...members].map((text) => text.replace(/\^\(\?:\(\?:\\d.*$/, '')).filter((text) => text.trim() !== '');
}

const expected = (schema: z.ZodType, io: 'input' | 'output'): string[] => {
  const converted = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io }))) as Json;
  return membersOf(converted, converted.$defs).toSorted();
};
const documented = (schema: Json | undefined): string[] =>
  membersOf(schema as Json, document.components?.schemas).toSorted();

function expectSchemas(content: Json | undefined, encodings: EncodedBody): void {
  for (const [type, schema] of Object.entries(encodings)) {
    if (schema === 'bytes') expect(Object.keys(content ?? {})).toContain(type);
    else expect(documented(content?.[type]?.schema)).toEqual(expected(schema, 'output'));
  }
}

describe('The OpenAPI document', () => {
  it('is found valid by a linter, without a warning', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-openapi-'));
    try {
      await writeFile(join(directory, 'openapi.json'), JSON.stringify(document, null, 2));
      const { status, stdout } = spawnSync(
        resolve('node_modules/.bin/redocly'),
        // The root leads on to the dashboard, and has no other answer.
        ['lint', 'openapi.json', '--extends=recommended', '--format=json', '--skip-rule=operation-2xx-response'],
        {
          cwd: directory,
          encoding: 'utf8',
          env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
        },
      );
      const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Json;
      expect(problems).toEqual([]);
      expect(totals).toMatchObject({ errors: 0, warnings: 0 });
      expect(status).toBe(0);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('holds every route, and nothing else', () => {
    expect(described.map(({ key }) => key).toSorted()).toEqual(operations.map(keyOf).toSorted());
    for (const operation of operations) {
      const { tag, summary, scope } = route(operation);
      expect(contentOf(operation)).toMatchObject({ operationId: operation, tags: [tag], summary });
      expect(contentOf(operation)['x-required-scope']).toBe(scope === 'public' ? undefined : scope);
      expect(contentOf(operation).security).toEqual(scope === 'public' ? [] : undefined);
    }
  });

  it.each(operations)('says of %s what its route says: parameters, body, answers, problems', (operation) => {
    const { path, params, query, headers, body, takesBytes, contentTypes, startsWork, answers, problemsAs } =
      route(operation);
    const { parameters = [], requestBody, responses } = contentOf(operation);

    const inPath = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => `path ${name}`);
    const named = [
      ...Object.keys(params?.shape ?? {}).map((name) => `path ${name}`),
      ...Object.keys(query?.shape ?? {}).map((name) => `query ${name}`),
      ...Object.keys(headers?.shape ?? {}).map((name) => `header ${name}`),
      ...(startsWork ? ['header Idempotency-Key'] : []),
    ];
    expect(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual(named);
    expect(named.filter((name) => name.startsWith('path'))).toEqual(inPath);
    for (const parameter of parameters) {
      const schema = { path: params, query, header: headers }[String(parameter.in)]?.shape[parameter.name ?? ''] as
        | z.ZodType
        | undefined;
      if (schema !== undefined) expect(documented(parameter.schema)).toEqual(expected(schema, 'input'));
    }

    expect(requestBody === undefined).toBe(body === undefined && takesBytes === undefined);
    if (takesBytes) expect(Object.keys(requestBody?.content ?? {})).toEqual(contentTypes ?? ['*/*']);
    if (body !== undefined) {
      expect(documented(requestBody?.content?.['application/json']?.schema)).toEqual(expected(body, 'input'));
    }

    expect(problemsOf(route(operation))).toEqual(expect.arrayContaining([...route(operation).problems]));
    const statuses = new Set([...Object.keys(answers), ...problemsOf(route(operation)).map(statusOf), '429']);
    expect(Object.keys(responses ?? {}).toSorted()).toEqual([...statuses].toSorted());
    for (const [status, answer] of Object.entries(answers)) {
      const { description, content, headers: told } = responses?.[status] as Json;
      expect(description).toBe(answer.description);
      expect(Object.keys(told ?? {})).toEqual(['X-Correlation-Id', ...Object.keys(answer.headers ?? {})]);
      const { body, encodings = body === undefined ? {} : { 'application/json': body } } = answer;
      expectSchemas(content, encodings);
    }
    for (const code of problemsOf(route(operation))) {
      const { description, content } = followed(responses?.[statusOf(code)]) as Json;
      expect(description).toContain(`\`${code}\``);
      expectSchemas(content, problemsAs?.encodings ?? { 'application/problem+json': problem });
    }
  });

  it('refers to nothing that is not there, and keeps nothing that nobody refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
    const kept = Object.entries(document.components ?? {})
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, parts]) => Object.keys(parts).map((name) => `#/components/${kind}/${name}`));
    expect(kept.filter((name) => !references.includes(name))).toEqual([]);
  });

  it('tells apart what is sent, where defaults may be left out, from what is answered', () => {
    const { LoadTestRequest: sent, LoadTestRequestAnswer: answered } = document.components?.schemas as Json;
    expect(sent?.required ?? []).not.toContain('timeoutMs');
    expect(answered?.required).toContain('timeoutMs');
    expect(sent?.additionalProperties).toBe(false);
  });

  it('names the server it is told', () => {
    const { servers } = openApiDocument({ version: '1.0.0', serverUrl: 'https://headroom.example' });
    expect(servers).toEqual([{ url: 'https://headroom.example' }]);
  });
});

const statusOf = (code: keyof typeof problemCodes): string => String(problemCodes[code]);
