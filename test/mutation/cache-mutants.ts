export interface Mutant {
  /** What is taken out. */
  name: string;
  /** Where one alone would be made up for by another. */
  changes: readonly Change[];
}

export interface Change {
  file: string;
  /** Stands in the file once. */
  from: string;
  to: string;
}

const library = 'lib/cache/library';

export const mutants: readonly Mutant[] = [
  {
    name: 'fencing: a tier takes a load whose lease is over',
    changes: [
      {
        file: 'test/support/reference-store.ts',
        from: "if (lease !== undefined && !this.#holds(key, lease.token)) return 'overtaken';",
        to: '',
      },
    ],
  },
  {
    name: 'fencing: a process keeps what the tier did not take',
    changes: [
      {
        file: `${library}/loads.ts`,
        from: "if (outcome === 'stored' && !isReplaced()) {",
        to: 'if (outcome !== undefined) {',
      },
    ],
  },
  {
    name: 'born-check: a tier serves what an invalidation outlived',
    changes: [
      {
        file: 'test/support/reference-store.ts',
        from: 'return this.last(key, entry.tags, false) > entry.born ? undefined : entry;',
        to: 'return entry;',
      },
    ],
  },
  {
    name: 'born-check: a process judges what it holds by nothing',
    changes: [
      { file: `${library}/invalidations.ts`, from: "if (this.#hard.last(key, tags) > born) return 'dead';", to: '' },
    ],
  },
  {
    name: 'log pull: what is held is served without a look at the log',
    changes: [
      {
        file: `${library}/finder.ts`,
        from: 'if (!follower.isCurrent(epoch) && !(await this.#pull())) return this.#nothing(false);',
        to: '',
      },
    ],
  },
  {
    name: 'log pull: the log is asked for, and what it says ignored',
    changes: [
      { file: `${library}/log-follower.ts`, from: 'else if (changes !== undefined) this.#apply(changes);', to: '' },
    ],
  },
  {
    name: 'log: a process takes no note of its own events',
    changes: [{ file: `${library}/log-follower.ts`, from: '    this.known.note(event);', to: '    void event;' }],
  },
  {
    name: 'single flight: a load is joined that began before an invalidation',
    changes: [
      {
        file: `${library}/single-flight.ts`,
        from: 'if (flight === undefined || flight.born < lastInvalidated || flight.sets !== this.setsOf(key)) return false;',
        to: 'if (flight === undefined) return false;',
      },
      {
        file: `${library}/loads.ts`,
        from: "if (!isOld && follower.known.verdict(held, key) !== 'dead') return held;",
        to: 'return held;',
      },
    ],
  },
  {
    name: 'single flight: who is cut off joins an older load',
    changes: [
      {
        file: `${library}/loads.ts`,
        from: 'const reach = found.isConnected ? undefined : recent;',
        to: 'const reach = undefined;',
      },
    ],
  },
  {
    name: 'set: nobody is told of what it replaces',
    changes: [
      {
        file: 'test/support/reference-tier.ts',
        from: 'const isKnown = announce === true || living !== undefined || isEvicted || this.isLeased(key);',
        to: 'const isKnown = announce === true;',
      },
    ],
  },
  {
    name: 'stack: what the mirror answers is not judged by the owner',
    changes: [
      {
        file: `${library}/stacked-tier.ts`,
        from: "return verdict === 'dead' ? undefined : { ...hit, stale: hit.stale || verdict === 'stale' };",
        to: 'return hit;',
      },
    ],
  },
  {
    name: 'stack: the floor rule is gone',
    changes: [{ file: `${library}/stacked-log.ts`, from: "if (born < floor && upTo < floor) return 'dead';", to: '' }],
  },
  {
    name: "stack: the owner's log is not asked",
    changes: [{ file: `${library}/stacked-tier.ts`, from: 'this.#log.reach(maxAgeMs),', to: 'undefined,' }],
  },
  {
    name: 'stack: the owner is not told that Redis is the home of something',
    changes: [
      {
        file: `${library}/stacked-homes.ts`,
        from: 'return this.#untilMs >= untilMs &&',
        to: 'return untilMs > 0 ||',
      },
    ],
  },
];
