import { ownErrors } from '../telemetry/own-errors.ts';
import type { WatchedPool } from './pool-adapter.ts';

interface Sized {
  readonly watched: Pick<WatchedPool, 'system' | 'resize' | 'state'>;
  /** What it had before it was changed, and what it was changed to. Undefined: it was not. */
  changed: { readonly before: number; readonly to: number } | undefined;
}

/** Gives watched pools other sizes while they are in use, and their own back. */
export class PoolSizes {
  readonly #pools = new Map<string, Sized>();
  #wanted: ReadonlyMap<string, number> = new Map();
  /** Told once each. */
  readonly #unresizable = new Set<string>();

  /** @param wanted by the names of pools, also of those that come later; those that it does not name get their own size back */
  want(wanted: ReadonlyMap<string, number>): void {
    this.#wanted = wanted;
    for (const [name, sized] of this.#pools) this.#fit(name, sized);
  }

  watch(name: string, watched: Sized['watched']): void {
    const sized: Sized = { watched, changed: undefined };
    this.#pools.set(name, sized);
    this.#fit(name, sized);
  }

  /** It has its own size from now on. */
  forget(name: string): void {
    const sized = this.#pools.get(name);
    this.#pools.delete(name);
    if (sized !== undefined) this.#resize(name, sized, undefined);
  }

  #fit(name: string, sized: Sized): void {
    this.#resize(name, sized, this.#wanted.get(name));
  }

  #resize(name: string, sized: Sized, wanted: number | undefined): void {
    const { watched, changed } = sized;
    if (wanted === changed?.to) return;
    ownErrors.guard(`Resizing the pool ${name}`, () => {
      if (watched.resize === undefined) {
        if (!this.#unresizable.has(name))
          ownErrors.report(`The pool ${name} (${watched.system}) cannot be resized while it runs.`);
        this.#unresizable.add(name);
        return;
      }
      const present = Number(watched.state().size);
      // Somebody else has set it meanwhile: it is theirs.
      const before = changed !== undefined && present === changed.to ? changed.before : present;
      sized.changed = wanted === undefined ? undefined : { before, to: wanted };
      const size = wanted ?? before;
      if (size !== present) watched.resize(size);
    });
  }
}

const key = Symbol.for('headroom.pool-sizes');
const shared: typeof globalThis & { [key]?: PoolSizes } = globalThis;
shared[key] ??= new PoolSizes();

/** Of the process: the copy of this package that watches pools need not be the one that hears of settings. */
export const poolSizes: PoolSizes = shared[key];
