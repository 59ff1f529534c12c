export const PROJECT = 'bench';

/** One operation of Headroom's API, of which each request is a new one where that makes a difference. */
export interface Operation {
  name: string;
  title: string;
  method: 'GET' | 'PUT' | 'POST';
  /** @param unique a template that is another text in each request */
  path: (unique: string) => string;
  /** @param unique a template that is another text in each request */
  body?: (unique: string) => object;
}

const window = {
  durationMs: 10_000,
  endpoints: [],
  queries: [],
  slowRequests: [],
  failedRequests: [],
};

export const operations: readonly Operation[] = [
  { name: 'project', title: 'GET a project', method: 'GET', path: () => `/v1/projects/${PROJECT}` },
  { name: 'cache-get', title: 'GET a cache entry', method: 'GET', path: () => `/v1/cache/${PROJECT}/entries/answer` },
  {
    name: 'cache-put',
    title: 'PUT a cache entry',
    method: 'PUT',
    path: (unique) => `/v1/cache/${PROJECT}/entries/${unique}`,
    body: () => ({ value: 'a value as small as most' }),
  },
  {
    name: 'telemetry',
    title: 'POST telemetry',
    method: 'POST',
    path: () => `/v1/projects/${PROJECT}/telemetry`,
    body: (unique) => ({
      instance: unique,
      sequence: 0,
      sdk: 'bench',
      windows: [{ ...window, start: new Date().toISOString() }],
    }),
  },
];

/** How fast the API is, as one generator sees it. */
export interface ApiFigures {
  requestsPerSecond: number;
  /** Milliseconds, from the send to the end of the response. */
  p50: number;
  p95: number;
  p99: number;
}

export interface ApiLoad {
  url: string;
  apiKey: string;
  operation: Operation['name'];
  users: number;
  seconds: number;
}

export function operationOf(name: string): Operation {
  const operation = operations.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return operation;
}
