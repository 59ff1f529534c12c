import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LambdaHandler } from '../../lib/sdk/telemetry/lambda/watched-handler.ts';

/** `folder/app.handlers.main`: the module `folder/app`, of it `handlers`, of that `main`. */
const handlerName = /^(?<module>(?:.*\/)?[^./]*)\.(?<path>[^/]+)$/;
const extensions = ['', '.js', '.mjs', '.cjs'];

/**
 * Loads a function's handler as Lambda's own runtime does: a file below `root`, with `.js`, `.mjs` or `.cjs`, or else a package.
 *
 * @throws what the module throws while it loads, or an error that says what was not found
 */
export async function loadHandler(root: string, name: string): Promise<LambdaHandler> {
  const { module, path } = handlerName.exec(name)?.groups ?? {};
  if (module === undefined || path === undefined) throw new Error(`"${name}" is no handler: it must be file.function`);
  const loaded: unknown = await import(pathToFileURL(locate(root, module)).href);
  // Of CommonJS, Node.js sees those exports only that it can tell without running the module; all are below `default`.
  const handler = at(loaded, path) ?? at(at(loaded, 'default'), path);
  if (typeof handler !== 'function') throw new Error(`${module} exports no function ${path}`);
  return handler as LambdaHandler;
}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        (typeof inner === 'object' && inner) || typeof inner === 'function' ? Reflect.get(inner, name) : undefined,
      value,
    );

function locate(root: string, module: string): string {
  const file = resolve(root, module);
  const found = extensions.map((extension) => `${file}${extension}`).find((candidate) => isFile(candidate));
  return found ?? createRequire(join(root, 'package.json')).resolve(module);
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
