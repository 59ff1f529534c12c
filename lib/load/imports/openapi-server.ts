import { belowBasePath, type ImportTarget } from './base-path.ts';
import { isObject, listOf, textOf } from './json-values.ts';
import { literalPath } from './literal.ts';

const maxServers = 20;
const maxUrlChars = 2048;

/**
 * What the server adds to an operation's path, as seen from the project's address: all of its path for a project that is a
 * whole origin; what comes after the base path where the server lies below it; else nothing, since then the project says
 * otherwise than the document where the service is.
 *
 * @param lists of servers, the one in force first. Of several servers, the one of the project's origin counts, else the first.
 */
export function serverPath(lists: readonly unknown[], { origin, basePath }: ImportTarget): string {
  const servers = listOf(lists.find((list) => listOf(list).length > 0)).slice(0, maxServers);
  const urls = servers.map((server) => serverUrl(server, origin)).filter((url) => url !== undefined);
  const server = urls.find((url) => url.origin === origin) ?? urls[0];
  const below = belowBasePath(server?.pathname.replace(/\/+$/, '') ?? '', basePath);
  return below === undefined || below === '/' ? '' : literalPath(below);
}

/** With the defaults of its variables. */
function serverUrl(server: unknown, origin: string): URL | undefined {
  if (!isObject(server)) return undefined;
  const variables = isObject(server.variables) ? server.variables : {};
  const url = (textOf(server.url) ?? '').slice(0, maxUrlChars).replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isObject(variable) ? (textOf(variable.default) ?? whole) : whole;
  });
  return URL.parse(url, `${origin}/`) ?? undefined;
}
