/**
 * Kinds of items that are no longer of their first version, with the newest. What is not named here is of version 1; a test holds this to
 * the kinds themselves.
 */
export const newestVersions: Readonly<Record<string, number>> = {
  Alert: 2,
  AlertNotification: 2,
  Analysis: 2,
  Check: 2,
  LoadFold: 2,
  LoadInterval: 2,
  LoadShard: 2,
  LoadTest: 3,
};

export const newestVersionOf = (type: string): number => newestVersions[type] ?? 1;

export interface VersionCount {
  type: string;
  version: number;
  items: number;
}

/** Items that were written by a newer Headroom than this one: nothing here can read them. */
export const isNewer = ({ type, version }: Pick<VersionCount, 'type' | 'version'>): boolean =>
  version > newestVersionOf(type);

/** Items that are brought up, step by step, when they are read, and are stored so when they are next written. */
export const isOlder = ({ type, version }: Pick<VersionCount, 'type' | 'version'>): boolean =>
  version < newestVersionOf(type);
