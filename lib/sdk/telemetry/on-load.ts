import { createRequire, Module } from 'node:module';
import type { OwnErrors } from './own-errors.ts';

/** Loads a file of the same package by its path relative to the module that was asked for. */
export type LoadBeside = (path: string) => unknown;
type Use = (exports: unknown, loadBeside: LoadBeside) => void;

interface Watcher {
  readonly use: Use;
  readonly errors: OwnErrors;
}

type Load = (this: unknown, request: string, parent: unknown, ...rest: unknown[]) => unknown;
/** As far as Node lets every version be hooked into: nothing else sees modules on Node 20. */
interface Loader {
  _load: Load;
  _resolveFilename(request: string, parent: unknown): string;
}

const loader = Module as unknown as Loader;
const watchers = new Map<string, Watcher[]>();
const seen = new WeakMap<Watcher, WeakSet<object>>();

/** `pg`, `mysql2/promise`, `/app/node_modules/@scope/name/lib/index.js`: the package; undefined for what is in none. */
function packageOf(request: string): string | undefined {
  const path = request.replaceAll('\\', '/');
  const at = path.lastIndexOf('/node_modules/');
  const name = at < 0 ? path : path.slice(at + '/node_modules/'.length);
  return /^(@[^/]+\/[^/]+|[^@./][^/]*)/.exec(name)?.[0];
}

const isWithin = (name: string, parent: unknown): boolean => {
  const { filename } = (parent ?? {}) as { filename?: unknown };
  return typeof filename === 'string' && packageOf(filename) === name;
};

function hand(watcher: Watcher, request: string, parent: unknown, exports: unknown): void {
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return;
  const known = seen.get(watcher) ?? new WeakSet();
  seen.set(watcher, known);
  if (known.has(exports)) return;
  known.add(exports);
  watcher.errors.guard(`Watching ${packageOf(request)}`, () => {
    watcher.use(exports, (path) => createRequire(loader._resolveFilename(request, parent))(path));
  });
}

let hooked = false;

function hook(): void {
  hooked = true;
  const load = loader._load;
  loader._load = function (request, parent, ...rest) {
    const exports = Reflect.apply(load, this, [request, parent, ...rest]);
    // A package's own files are asked for by relative paths, which are most of all.
    if (typeof request === 'string' && request[0] !== '.') {
      const name = packageOf(request);
      const found = name === undefined ? undefined : watchers.get(name);
      if (name !== undefined && found !== undefined && !isWithin(name, parent)) {
        for (const watcher of found) hand(watcher, request, parent, exports);
      }
    }
    return exports;
  };
}

/**
 * Shows what a package exports, before whoever asked for it gets it: once for each copy and each entry (`mysql2`,
 * `mysql2/promise`). Sees CommonJS packages, by `require` and by `import`; a package of ES modules, or what a bundler has taken in,
 * it does not see.
 */
export function onLoad(packageName: string, use: Use, errors: OwnErrors): void {
  watchers.set(packageName, [...(watchers.get(packageName) ?? []), { use, errors }]);
  if (!hooked) hook();
}
