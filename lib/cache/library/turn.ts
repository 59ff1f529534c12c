import type { CacheTierChoice } from '../../contracts/cache-policy.ts';
import { type Finder, type Found, freshnessNow } from './finder.ts';
import type { Held } from './held.ts';
import type { CacheParts } from './parts.ts';
import { sharedHomeOf } from './placement.ts';
import { type Lease, TierUnavailableError } from './shared-tier.ts';

/** A holder that stops for longer than this is taken for dead. */
const LEASE_MS = 5_000;
const RENEWED_AFTER_MS = LEASE_MS / 3;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/** Leave to load, or what another has loaded meanwhile. */
export type Turn<V> =
  | { adopted: Held<V> }
  | {
      adopted?: undefined;
      /** Without one the value is not stored in the shared tier. */
      lease: Lease | undefined;
      /** The sequence that the load is born at. */
      born: number;
    };

export interface TurnRequest<V> {
  key: string;
  found: Found<V>;
  home: CacheTierChoice;
  /** Another's value is not taken for one's own. */
  isForced: boolean;
  /** Somebody waits for the value; else another who is loading it is left to it. */
  isUrgent: boolean;
  /** So long another is waited for. */
  patienceMs: number;
}

const isNewer = (held: Held<unknown>, than: Held<unknown> | undefined): boolean =>
  than === undefined || held.bornAt > than.bornAt || held.createdAt > than.createdAt;

/** Takes turns at loading a key with all other processes, by the shared tier's leases. */
export class Turns<V> {
  readonly #parts: CacheParts<V>;
  readonly #finder: Finder<V>;

  constructor(parts: CacheParts<V>, finder: Finder<V>) {
    this.#parts = parts;
    this.#finder = finder;
  }

  async take({ key, found, home, isForced, isUrgent, patienceMs }: TurnRequest<V>): Promise<Turn<V>> {
    const { shared, follower, clock } = this.#parts;
    if (shared === undefined || !found.isConnected) return { lease: undefined, born: found.born };
    const until = clock.monotonic() + patienceMs;
    const previous = found.held;
    let lease: Lease | undefined;
    try {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
        lease = await shared.lease(key, LEASE_MS, sharedHomeOf(home).home);
        if (lease === undefined && !isUrgent && previous !== undefined) return { adopted: previous };
        // Whoever had it last may have stored a value since it was looked for.
        const [now] = await this.#finder.read([key], 0);
        if (now === undefined || !now.isConnected) break;
        const isAdopted = now.held !== undefined && freshnessNow(now.held, clock.now()) === 'fresh';
        if (now.held !== undefined && isAdopted && !isForced && isNewer(now.held, previous)) {
          if (lease !== undefined) this.giveBack(key, lease);
          return { adopted: now.held };
        }
        if (lease !== undefined) return { lease, born: now.born };
        if (clock.monotonic() >= until) return { lease, born: now.born };
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
      }
    } catch (error) {
      if (!(error instanceof TierUnavailableError)) throw error;
    }
    if (lease !== undefined) this.giveBack(key, lease);
    return { lease: undefined, born: follower.born };
  }

  /** Renews a lease for as long as its load runs. @returns what ends that */
  keep(key: string, lease: Lease): () => void {
    const { shared, clock, background } = this.#parts;
    let isOver = false;
    let cancel = (): void => {};
    const renew = async (): Promise<void> => {
      const isHeld = await shared?.renew(key, lease, LEASE_MS);
      if (isHeld === true && !isOver) plan();
    };
    const plan = (): void => {
      cancel = clock.after(RENEWED_AFTER_MS, () => background.run(renew()));
    };
    plan();
    return () => {
      isOver = true;
      cancel();
    };
  }

  /** In the background: when it fails, the lease ends by itself. */
  giveBack(key: string, lease: Lease): void {
    const { shared, background } = this.#parts;
    if (shared !== undefined) background.run(shared.release(key, lease));
  }
}
