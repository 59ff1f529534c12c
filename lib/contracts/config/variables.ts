/** A variable of the environment that is no option of the file. */
export interface Variable {
  name: string;
  usual?: string;
  description: string;
}

/** What a service that has the SDK reads. */
export const sdkVariables: readonly Variable[] = [
  {
    name: 'HEADROOM_URL',
    description: 'Where to report. Without it, the key or the project nothing is reported, and that is said once',
  },
  { name: 'HEADROOM_API_KEY', description: 'A key of the scope `write`' },
  { name: 'HEADROOM_PROJECT', description: 'What to report as' },
  {
    name: 'HEADROOM_SERVICE_VERSION',
    usual: 'the version of the function on AWS Lambda, or of the package that `npm` started',
    description: 'The version of the service: the first of each is shown as a deployment',
  },
  { name: 'HEADROOM_MONITORING_ENABLED', usual: 'true', description: '`false`: nothing is watched' },
  {
    name: 'HEADROOM_MEMORY_ENABLED',
    usual: 'true',
    description: '`false`: no CPU, memory and event loop, and no memory pressure',
  },
  { name: 'HEADROOM_CACHE_ENABLED', usual: 'true', description: '`false`: no figures of caches' },
  {
    name: 'HEADROOM_LIVE_SETTINGS',
    usual: 'true',
    description: '`false`: nothing in the service is changed while it runs',
  },
  { name: 'HEADROOM_FLUSH_MS', usual: '10000', description: 'Length of a window, 100 to 60,000 ms' },
  {
    name: 'HEADROOM_RECORD_PEOPLE',
    usual: 'hashed',
    description: 'How whole records name who sent a request: `hashed`, `plain` or `none`',
  },
  { name: 'HEADROOM_USER_HEADER', description: 'The header that names the user, such as `x-user-id`' },
  {
    name: 'HEADROOM_TRUST_PROXY',
    usual: '0',
    description: 'How many proxies of your own stand before the service; `true` is 1',
  },
  { name: 'HEADROOM_LAMBDA_HANDLER', description: 'The handler of a function whose layer is taken as its handler' },
];

/** What the command line, and the platform on one machine, read beside the options of the file. */
export const otherVariables: readonly Variable[] = [
  {
    name: 'HEADROOM_CONFIG',
    description: 'The file, in place of the nearest `headroom.config.yaml` from the working directory upwards',
  },
  { name: 'NO_COLOR', description: 'With any value: no colours' },
  { name: 'FORCE_COLOR', description: 'With any value but `0` and `false`: colours, wherever it is written to' },
  {
    name: 'HEADROOM_DATABASE_*',
    description: 'URLs of databases in which Headroom may create indexes: see `headroom databases`',
  },
];
