import { subscribe } from 'node:diagnostics_channel';
import nodeModule from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnErrors } from './own-errors.ts';

/** Given what a module exports. Called again whenever that is asked for anew: it must know what it has seen. */
type See = (exports: object) => void;

/** As far as it is needed of what Node publishes of a `require`, and of an import of a CommonJS module. */
interface Required {
  /** As it was asked for: a name, or a path. */
  readonly id: string;
  readonly parentFilename?: string | undefined;
  readonly result?: unknown;
}

const shownKey = Symbol.for('headroom.module');
const global: typeof globalThis & { [shownKey]?: (url: string, exports: object) => void } = globalThis;

/**
 * Shows modules that the host loads to whoever wants to watch them, before those who asked for them go on. Not seen are modules
 * that were bundled into another, and before Node 22.15 ES modules: no way to them there is worth its cost.
 */
export class ModuleLoads {
  readonly #sees = new Map<string, See[]>();
  /** A first, quick question to every module that is loaded. */
  readonly #lastSegments = new Set<string>();
  readonly #errors: OwnErrors;

  constructor(errors: OwnErrors) {
    this.#errors = errors;
  }

  /** @param names of the module where it is required by name (`koa`), and its file below `node_modules` (`/koa/lib/application.js`) */
  on(names: readonly string[], see: See): void {
    if (this.#sees.size === 0) this.#watch();
    for (const name of names.map(stemOf)) {
      this.#sees.set(name, [...(this.#sees.get(name) ?? []), see]);
      this.#lastSegments.add(lastSegmentOf(name));
    }
  }

  #watch(): void {
    if (nodeModule.registerHooks === undefined) {
      watchRequire((required) => this.#required(required));
      return;
    }
    subscribe('tracing:module.require:end', (message) => this.#required(message as Required));
    global[shownKey] = (url, exports) =>
      this.#errors.guard('Watching a module', () => this.#show(fileURLToPath(url), exports));
    nodeModule.registerHooks({
      load: (url, context, next) => {
        const loaded = next(url, context);
        if (loaded.format !== 'module' || !url.startsWith('file:') || !this.#isWanted(url)) return loaded;
        return { ...loaded, source: `${textOf(loaded.source)}\n${showing(url)}` };
      },
    });
  }

  #required({ id, parentFilename, result }: Required): void {
    if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return;
    if (!this.#mayBeWanted(id)) return;
    this.#show(id.startsWith('.') && parentFilename ? resolve(parentFilename, '..', id) : id, result);
  }

  readonly #mayBeWanted = (name: string): boolean => this.#lastSegments.has(lastSegmentOf(stemOf(name)));

  /** The source of no other module is touched, whatever its file is called. */
  #isWanted(url: string): boolean {
    if (!this.#mayBeWanted(url)) return false;
    const asked = stemOf(url);
    return [...this.#sees.keys()].some((name) => isCalled(asked, name));
  }

  #show(path: string, exports: object): void {
    const asked = stemOf(path.replaceAll('\\', '/'));
    for (const [name, sees] of this.#sees) {
      if (!isCalled(asked, name)) continue;
      for (const see of sees) this.#errors.guard(`Watching ${name}`, () => see(exports));
    }
  }
}

/** The host's own files may be called like those of a package: only where packages are installed is it one. */
const isCalled = (asked: string, name: string): boolean =>
  name.startsWith('/') ? asked.endsWith(`/node_modules${name}`) : asked === name;

const stemOf = (path: string): string => path.replace(/\.[cm]?js$/, '');
const lastSegmentOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const textOf = (source: string | ArrayBuffer | NodeJS.TypedArray | undefined): string =>
  typeof source === 'string' ? source : new TextDecoder().decode(source);

/** What a module ends with to show its exports: who imports itself gets the same module, at its end complete. */
const showing = (url: string): string =>
  `;import * as headroomModule from ${JSON.stringify(url)}; globalThis[Symbol.for('headroom.module')]?.(${JSON.stringify(url)}, headroomModule);`;

/** Before Node 22.15 nothing is published when a module is required. */
function watchRequire(report: (required: Required) => void): void {
  const internals = nodeModule as unknown as { _load?: (this: unknown, ...args: unknown[]) => unknown };
  const load = internals._load;
  if (load === undefined) return;
  internals._load = function _load(...args) {
    const result = Reflect.apply(load, this, args);
    const [id, parent] = args as [unknown, { filename?: string } | undefined];
    if (typeof id === 'string') report({ id, parentFilename: parent?.filename, result });
    return result;
  };
}
