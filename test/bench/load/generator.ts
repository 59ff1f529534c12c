/** What a generator is to do: as many requests as it can, one at a time on each connection. */
export interface Load {
  url: string;
  connections: number;
  seconds: number;
}

export interface LoadFigures {
  requests: number;
  /** For which they went on. */
  seconds: number;
  /** Processor time of the generator meanwhile, where it can be told from its start. */
  cpuSeconds?: number;
}

/** What a module of a generator that runs in a Node process exports. @throws Error when a request fails: that is no load then */
export interface GeneratorModule {
  run(load: Load): Promise<{ requests: number; seconds: number }>;
}

/** `location` of the module of each, for `generator-child.ts`. */
export const generatorModules = {
  headroom: './headroom.ts',
  autocannon: '../../peers/bench/autocannon.ts',
  undici: '../../peers/bench/undici.ts',
};
