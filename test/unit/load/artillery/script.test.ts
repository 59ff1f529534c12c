import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { plannedLoadOf } from '../../../../lib/load/artillery/arrival-schedule.ts';
import { type ArtilleryScript, parseScript, type ScriptTarget } from '../../../../lib/load/artillery/script.ts';
import { ScriptError } from '../../../../lib/load/artillery/script-error.ts';
import validate from '../../../../node_modules/artillery/dist/lib/util/validate-script.js';

const target: ScriptTarget = { protocol: 'https:', hostname: 'shop.example', port: 443, basePath: '/api' };
const phases = 'phases: [{ duration: 10, arrivalRate: 2 }]';
const flow = 'flow: [{ get: { url: / } }]';

const read = (text: string): ArtilleryScript => parseScript(text, target);
const withConfig = (config: string): string => `config:\n  ${phases}\n  ${config}\nscenarios:\n  - ${flow}\n`;
const withStep = (step: string): string => `config: { ${phases} }\nscenarios:\n  - flow:\n      - ${step}\n`;

function refusal(text: string): ScriptError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScriptError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const whole = `
config:
  target: https://shop.example/v2/
  phases:
    - { name: warm up, duration: 1m, arrivalRate: 5, rampTo: '20' }
    - { pause: 5 }
    - { duration: 30s, arrivalCount: 60, maxVusers: 10 }
    - { duration: 10, arrivalRate: 0.5, mode: poisson }
  http: { timeout: 5, pool: 10, defaults: { headers: { accept: application/json } } }
  variables: { city: [Ghent, Basel], depth: { a: 1 } }
  payload: { fields: [user, age], order: sequence, data: [[ann, 31], [bob, 40]] }
  plugins:
    expect:
    ensure: { thresholds: [{ http.response_time.p95: 200 }], conditions: [{ expression: http.codes.500 < 3 }] }
before:
  flow: [{ post: { url: /login, json: { user: a }, capture: { json: $.token, as: token } } }]
scenarios:
  - name: buy
    weight: 3
    flow:
      - get:
          url: /items?city={{ city }}
          headers: { authorization: 'Bearer {{ token }}' }
          capture: [{ json: '$.items[0].id', as: item }, { header: etag, as: tag, strict: false }]
          match: { regexp: ok, value: ok }
          expect: [{ statusCode: [200, 304] }, { contentType: json }]
      - think: 0.05
      - loop: [{ put: { url: '/cart/{{ $loopCount }}', body: x, ifTrue: item > 3 } }]
        count: 3
      - parallel: [{ get: { url: '{{ target }}/a' } }, { get: { url: https://shop.example/b } }]
  - flow: [{ head: { url: / } }, { options: { url: / } }, { log: done }]
`;

describe('A script of Artillery', () => {
  it('is read whole, and defaults are filled in', () => {
    const script = read(whole);
    expect(script).toMatchObject({
      target: 'https://shop.example/v2',
      phases: [
        { name: 'warm up', seconds: 60, from: 5, to: 20, mode: 'uniform' },
        { seconds: 5, from: 0, to: 0 },
        { seconds: 30, from: 2, to: 2, maxVusers: 10, mode: 'uniform' },
        { seconds: 10, from: 0.5, to: 0.5, mode: 'poisson' },
      ],
      payload: [{ fields: ['user', 'age'], order: 'sequence' }],
      expect: {},
      ensure: { thresholds: [{ 'http.response_time.p95': 200 }] },
    });
    expect(script.scenarios.map(({ name, weight, flow }) => [name, weight, flow.length])).toEqual([
      ['buy', 3, 4],
      ['scenario 2', 1, 3],
    ]);
    expect(script.scenarios[0]?.flow[1]).toEqual({ think: '50ms' });
    expect(plannedLoadOf(script.phases)).toEqual({ seconds: 105, arrivals: 750 + 60 + 5, peakArrivalsPerSecond: 20 });
    expect(structuredClone(script)).toEqual(script);
  });

  it('may be JSON', () => {
    const asJson = JSON.stringify(parse(whole));
    expect(read(asJson)).toEqual(read(whole));
  });

  it('goes to the project’s own target where it names none', () => {
    expect(read(withStep('get: { url: / }')).target).toBe('https://shop.example/api');
  });

  it.each([
    [0.05, '50ms'],
    [2, '2000ms'],
    ["'0.5'", '500ms'],
    ['100ms', '100ms'],
    ['1 min', '60000ms'],
    ["'{{ pause }}'", '{{ pause }}'],
  ])('thinks for seconds, in fractions too: %s', (given, think) => {
    expect(read(withStep(`think: ${given}`)).scenarios[0]?.flow[0]).toEqual({ think });
  });

  it('resolves anchors and merge keys', () => {
    const text = `
x-headers: &headers { accept: text/html }
config: { ${phases} }
scenarios:
  - flow:
      - get: { url: /, headers: { <<: *headers, x: 1 } }
`;
    expect(read(text).scenarios[0]?.flow[0]).toEqual({ get: { url: '/', headers: { accept: 'text/html', x: 1 } } });
  });

  it('that is taken here is taken by Artillery', () => {
    for (const text of [whole, withStep('get: { url: / }'), withStep('think: 3'), withConfig('mode: poisson')]) {
      read(text);
      const script = parse(text);
      expect(validate({ ...script, config: { target: 'https://shop.example', ...script.config } })).toBeUndefined();
    }
  });
});

describe('What does not run here', () => {
  it.each([
    ['a processor', withConfig('processor: ./code.js'), 'config.processor', 'is code'],
    ['environments', withConfig('environments: { prod: {} }'), 'config.environments', 'command line'],
    ['engines', withConfig('engines: { playwright: {} }'), 'config.engines', 'only http'],
    ['another engine by default', withConfig('engine: ws'), 'config.engine', 'only http'],
    ['Socket.IO settings', withConfig('socketio: {}'), 'config.socketio', 'only http'],
    ['another target', withConfig('target: https://other.example'), 'config.target', 'another origin'],
    ['another port', withConfig('target: https://shop.example:8443'), 'config.target', 'another origin'],
    ['the target without TLS', withConfig('target: http://shop.example'), 'config.target', 'another origin'],
    ['a target with credentials', withConfig('target: https://a:b@shop.example'), 'config.target', 'credentials'],
    ['a target from a variable', withConfig("target: '{{ where }}'"), 'config.target', 'variables'],
    ['a payload file', withConfig('payload: { path: users.csv, fields: [a] }'), 'config.payload.0.path', 'is a file'],
    ['other plugins', withConfig('plugins: { publish-metrics: [] }'), 'config.plugins.publish-metrics', 'plugin'],
    ['unknown settings', withConfig('sandbox: false'), 'config.sandbox', 'not known'],
    ['a client certificate', withConfig('tls: { pfx: x }'), 'config.tls.pfx', 'not known'],
    [
      'the environment in a variable',
      withConfig("variables: { key: '{{ $processEnvironment.AWS_SECRET_ACCESS_KEY }}' }"),
      'config.variables.key',
      'environment',
    ],
    ['the environment in a URL', withStep("get: { url: '/{{ $env.HOME }}' }"), 'scenarios.0.flow.0.get.url', 'env'],
    ['the environment in a key', withStep("get: { url: /, json: { '{{$env.A}}': 1 } }"), /get\.json/, 'environment'],
    ['a function', withStep('function: steal'), 'scenarios.0.flow.0.function', 'processor'],
    ['a hook', withStep('get: { url: /, beforeRequest: steal }'), /beforeRequest/, 'processor'],
    ['a hook of the scenario', `config: { ${phases} }\nscenarios: [{ onError: x, ${flow} }]`, /onError/, 'processor'],
    ['a condition in code', withStep('{ loop: [{ think: 1 }], whileTrue: f }'), /whileTrue/, 'processor'],
    [
      'code before the test',
      `config: { ${phases} }\nbefore: { flow: [{ function: f }] }\nscenarios: [{ ${flow} }]`,
      /before/,
      'processor',
    ],
    [
      'WebSocket scenarios',
      `config: { ${phases} }\nscenarios: [{ engine: ws, flow: [{ send: x }] }]`,
      /engine/,
      'only http',
    ],
    ['WebSocket steps', withStep('send: hello'), 'scenarios.0.flow.0', 'no step'],
    ['an absolute URL elsewhere', withStep('get: { url: http://169.254.169.254/latest }'), /url/, 'another origin'],
    ['one within a loop', withStep('loop: [{ get: { url: https://other.example/ } }]'), /flow\.0\.loop\.0/, 'another'],
    ['a host in a variable', withStep("get: { url: 'https://{{ host }}/' }"), /url/, 'variables'],
    ['another Host', withStep('get: { url: /, headers: { host: other.example } }'), /headers\.host/, 'checked target'],
    ['another HTTP', withStep('get: { url: /, http2: true }'), /http2/, 'not known'],
    ['a proxy', withStep('get: { url: /, agent: x }'), /agent/, 'not known'],
    ['a file to upload', withStep('post: { url: /, formData: { f: { fromFile: /etc/passwd } } }'), /fromFile|f$/, ''],
    ['XPath', withStep('get: { url: /, capture: { xpath: //a, as: a } }'), /xpath/, 'not installed'],
    [
      'a JSONPath in an object, which could ask for its code to be run',
      withStep("get: { url: /, capture: { json: { path: '$', eval: native }, as: a } }"),
      /capture\.0\.json/,
      'text',
    ],
    [
      'one in a variable',
      withStep("get: { url: /, capture: { json: '{{ p }}', as: a } }"),
      /capture\.0\.json/,
      'alone',
    ],
    ['a prototype', withConfig('variables: { __proto__: { polluted: 1 } }'), 'config.variables.__proto__', 'no name'],
    ['a constructor', withStep('get: { url: /, json: { constructor: { prototype: 1 } } }'), /constructor/, 'no name'],
    ['tags for code', withStep('log: !!js/function "process.exit()"'), '', 'Unresolved tag'],
    ['no phases', `config: {}\nscenarios: [{ ${flow} }]`, 'config.phases', 'missing'],
    ['a phase without a rate', 'config: { phases: [{ duration: 3 }] }', 'config.phases.0', 'one of'],
    [
      'a phase of two kinds',
      'config: { phases: [{ duration: 3, arrivalRate: 1, arrivalCount: 1 }] }',
      /phases/,
      'one of',
    ],
    ['a phase without end', 'config: { phases: [{ arrivalRate: 3 }] }', 'config.phases.0.duration', 'above 0'],
    ['a rate that is none', "config: { phases: [{ duration: 1, arrivalRate: '{{ r }}' }] }", /arrivalRate/, 'number'],
    ['a negative rate', 'config: { phases: [{ duration: 1, arrivalRate: -1 }] }', /arrivalRate/, 'negative'],
    ['a duration that is none', 'config: { phases: [{ duration: soon, arrivalRate: 1 }] }', /duration/, 'duration'],
    ['a think time that is none', withStep('think: a while'), /think/, 'think time'],
    ['a broken expression', withStep("get: { url: /, ifTrue: 'a ==' }"), /ifTrue/, 'expression'],
    ['a broken pattern', withStep("get: { url: /, capture: { regexp: '(', as: a } }"), /regexp/, 'regular expression'],
    ['an unknown expectation', withStep('get: { url: /, expect: { teapot: true } }'), /teapot/, 'not known'],
    ['no URL', withStep('get: {}'), 'scenarios.0.flow.0.get.url', 'what is asked for'],
    ['a path without a slash', withStep('get: { url: items }'), /url/, 'begins with /'],
    ['only weights of 0', `config: { ${phases} }\nscenarios: [{ weight: 0, ${flow} }]`, 'scenarios', 'above 0'],
    [
      'names that come twice',
      `config: { ${phases} }\nscenarios: [{ name: a, ${flow} }, { name: a, ${flow} }]`,
      'scenarios',
      'differ',
    ],
    ['no script at all', '42', '', 'must be object'],
    ['nothing', '', '', 'must be object'],
    ['two documents', 'a: 1\n---\nb: 2', '', 'multiple documents'],
  ])('%s is refused by name', (_, text, path, message) => {
    const { faults } = refusal(text);
    const at = faults.find((fault) => (typeof path === 'string' ? fault.path === path : path.test(fault.path)));
    expect(at, JSON.stringify(faults)).toBeDefined();
    expect(at?.message).toContain(message);
  });

  it('is said all at once, in the order of the text, with line and column', () => {
    const error = refusal(`config:
  processor: ./x.js
  ${phases}
scenarios:
  - flow:
      - function: f
      - get: { url: /, nope: 1 }
`);
    expect(error.faults.map(({ path, line, column }) => [path, line, column])).toEqual([
      ['config.processor', 2, 14],
      ['scenarios.0.flow.0.function', 6, 19],
      ['scenarios.0.flow.1.get.nope', 7, 30],
    ]);
    expect(error.message).toBe(
      'config.processor is code, which is never run here: use what Artillery has itself (capture, match, ifTrue, expect) ' +
        '(line 2, column 14), and 2 more.',
    );
  });
});

describe('Broken and hostile YAML', () => {
  it('has no key twice', () => {
    expect(refusal('config: 1\na: 2\nconfig: 3').faults).toEqual([
      { path: '', message: 'cannot be read: config stands twice', line: 3, column: 1 },
    ]);
  });

  it('is told with line and column', () => {
    const { faults } = refusal('config:\n  phases: [\nscenarios:\n');
    expect(faults[0]).toMatchObject({ path: '', line: 3, column: 1 });
  });

  const doubling = (levels: number): string =>
    Array.from({ length: levels }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`).join('\n');

  it.each([
    ['aliases of aliases', `l0: &l0 [x, x]\n${doubling(9)}`],
    ['few aliases of much', `l0: &l0 [${'x, '.repeat(40_000)}]\nl1: [*l0, *l0, *l0]`],
    ['an alias of what it stands in', 'a: &a [*a]'],
    ['brackets without end', '['.repeat(400_000)],
    ['maps in maps', `${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`],
    ['levels without number', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['values without number', `config: [${'1,'.repeat(100_001)}]`],
    ['faults without number', `config: { ${Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join(', ')} }`],
  ])('of %s is refused within seconds', (_, text) => {
    // Of this process: others on the machine take their time too.
    const begun = process.cpuUsage();
    const { faults } = refusal(text);
    expect(faults.length).toBeLessThanOrEqual(50);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
