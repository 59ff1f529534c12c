import { readFile } from 'node:fs/promises';
import { type OpenApiDocument, openApiDocument } from '../../contracts/openapi.ts';
import { notFound } from '../errors.ts';
import type { Handlers } from '../http/door.ts';
import { docsPage, docsPolicy, startScript } from './page.ts';

export interface DocsOptions {
  /** Of the API. */
  version: string;
  /** The directory of Swagger UI's files, with a slash at its end. Default: that of the bundle, where they are copied to. */
  assets?: URL;
}

type DocsHandlers = Pick<Handlers<'platform-api'>, 'getOpenApi' | 'getDocs' | 'getDocsAsset'>;

/** What can be asked for, by name: nothing else is ever read, so no path leads out of the directory. */
const contentTypes = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
]);
const startScriptName = 'start.js';

const hardened = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const keptForAnHour = { ...hardened, 'cache-control': 'public, max-age=3600' };
const keptForAWeek = { ...hardened, 'cache-control': 'public, max-age=604800' };

export function docsHandlers({ version, assets = new URL('.', import.meta.url) }: DocsOptions): DocsHandlers {
  let document: OpenApiDocument | undefined;
  return {
    async getOpenApi() {
      document ??= openApiDocument({ version });
      return { status: 200, headers: { ...hardened, 'cache-control': 'public, max-age=60' }, body: document };
    },

    async getDocs() {
      const headers = { ...hardened, 'cache-control': 'no-cache', 'content-security-policy': docsPolicy };
      return { status: 200, headers, contentType: 'text/html; charset=utf-8', body: docsPage };
    },

    async getDocsAsset({ params: { asset } }) {
      if (asset === startScriptName) {
        return {
          status: 200,
          headers: keptForAnHour,
          contentType: 'text/javascript; charset=utf-8',
          body: startScript,
        };
      }
      const contentType = contentTypes.get(asset);
      if (contentType === undefined) throw notFound(`The file ${asset}`);
      return { status: 200, headers: keptForAWeek, contentType, body: await readFile(new URL(asset, assets)) };
    },
  };
}
