import type { VersionCount } from '../../contracts/item-versions.ts';

/** Of a stage in the caller's AWS account, or in a data directory of this machine. */
export type DataPlace = ({ stage: string } | { dataDirectory: string }) & {
  withCache: boolean;
  /** A data directory that is not there is made. */
  create: boolean;
};

export interface DataOptions {
  onProgress: (items: number) => void;
  signal: AbortSignal;
}

interface Counts {
  history: number;
  cache: number;
}

/** The tables of a platform, opened, handed to the command line by `bin`. */
export interface DataPort {
  export(file: string, options: DataOptions): Promise<{ items: Counts; isResumed: boolean }>;
  restore(file: string, options: DataOptions & { merge: boolean }): Promise<{ items: Counts; skipped: number }>;
  countVersions(): Promise<VersionCount[]>;
  close(): Promise<void>;
}
