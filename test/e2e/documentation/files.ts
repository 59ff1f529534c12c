const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

/** What the commands of the documentation read, by the names that they have there. */
export const files: Readonly<Record<string, string>> = {
  'checkout.yml': lines(
    'config:',
    '  phases: [{ duration: 1, arrivalRate: 5 }]',
    'scenarios:',
    "  - flow: [{ get: { url: '/products' } }]",
  ),
  'latency.csv': lines(
    'timestamp,value',
    ...Array.from(
      { length: 120 },
      (_, at) => `${new Date(1_767_225_600_000 + at * 60_000).toISOString()},${50 + (at % 5)}`,
    ),
  ),
  'steps.csv': lines('users,throughput', '1,10', '2,19', '4,36', '8,64', '16,98', '32,120'),
  'pairs.csv': lines(
    'worker,a,b',
    ...Array.from({ length: 24 }, (_, at) => `${at % 3},${100 + (at % 7)},${80 + (at % 5)}`),
  ),
  'visit.har': JSON.stringify({
    log: {
      version: '1.2',
      creator: { name: 'a browser', version: '1' },
      entries: [
        {
          startedDateTime: '2026-01-31T02:00:00.000Z',
          time: 5,
          request: {
            method: 'GET',
            url: 'http://127.0.0.1:3000/products',
            httpVersion: 'HTTP/1.1',
            headers: [],
            queryString: [],
            cookies: [],
            headersSize: 0,
            bodySize: 0,
          },
          response: {
            status: 200,
            statusText: 'OK',
            httpVersion: 'HTTP/1.1',
            headers: [],
            cookies: [],
            content: { size: 2, mimeType: 'text/plain' },
            redirectURL: '',
            headersSize: 0,
            bodySize: 2,
          },
          cache: {},
          timings: { send: 1, wait: 2, receive: 2 },
        },
      ],
    },
  }),
  'access.log': lines('192.0.2.7 - - [31/Jan/2026:02:00:00 +0000] "GET /products/17 HTTP/1.1" 200 512'),
  'scenarios.json': JSON.stringify([{ name: 'products', path: '/products' }]),
  'settings.yaml': lines(
    'minScore: 1',
    'loadTest:',
    '  scenarios: [{ name: home, path: / }]',
    '  users: 1',
    '  durationSeconds: 1',
    '  rampUpSeconds: 0',
  ),
  'nightly.yaml': lines('url: http://127.0.0.1:3000/nightly', 'body: { orders: [1, 2] }'),
  'template.yaml': lines(
    'Resources:',
    '  Orders:',
    '    Type: AWS::Lambda::Function',
    '    Properties: { Runtime: nodejs18.x, Handler: index.handler, MemorySize: 128, Role: role, Code: { ZipFile: x } }',
  ),
  /** A service that is asked once, and ends. */
  'server.js': lines(
    "const { createServer } = require('node:http');",
    'const server = createServer((request, response) => response.end("hello"));',
    'server.listen(0, "127.0.0.1", async () => {',
    "  await (await fetch('http://127.0.0.1:' + server.address().port + '/products/17')).text();",
    '  server.close();',
    '  server.closeAllConnections();',
    '});',
  ),
};
