import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { functions } from '../../lib/contracts/functions.ts';
import { docsHandlers } from '../../lib/platform/docs/handlers.ts';
import { docsPage, startScript } from '../../lib/platform/docs/page.ts';

const assets = pathToFileURL(`${resolve('node_modules/swagger-ui-dist')}/`);
const handlers = docsHandlers({ version: '1.2.3', assets });
const nobody = {
  caller: undefined,
  idempotencyKey: undefined,
  query: undefined,
  headers: undefined,
  body: undefined,
};
const asset = (name: string) => handlers.getDocsAsset({ ...nobody, params: { asset: name } });

describe('The documentation page', () => {
  it('loads its own files and nothing from elsewhere', async () => {
    const asked = [...docsPage.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(asked.filter((address) => /^[a-z]+:|^\//.test(address))).toEqual(['data:,']);
    const files = asked.filter((address) => address.startsWith('docs/')).map((address) => address.slice(5));
    expect(files).toHaveLength(3);
    for (const file of files) expect((await asset(file)).status).toBe(200);
  });

  it('runs no script and takes no style that stands in the page, by its policy', async () => {
    const { headers, contentType } = await handlers.getDocs({ ...nobody, params: undefined });
    const policy = new Map(
      headers?.['content-security-policy']?.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]),
    );
    expect(contentType).toBe('text/html; charset=utf-8');
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    expect(docsPage).not.toMatch(/<script>|<style|\son\w+=/);
    expect(startScript).toContain('validatorUrl: null');
  });

  it('serves the files that are copied beside the function, each with its type, to be kept long', async () => {
    for (const path of functions['platform-api'].assets) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const answer = await asset(name);
      expect(answer.contentType).toBe(`text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`);
      expect(answer.headers).toMatchObject({ 'cache-control': 'public, max-age=604800' });
      expect(answer.body).toEqual(await readFile(path));
    }
  });

  it.each([
    '../package.json',
    '..%2fpackage.json',
    'package.json',
    '/etc/passwd',
    'swagger-ui.css/../package.json',
    '',
  ])('knows no file %j', async (name) => {
    await expect(asset(name)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives the OpenAPI document of this version', async () => {
    const { body } = await handlers.getOpenApi({ ...nobody, params: undefined });
    expect(body).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
  });
});
