// A runtime in a process of its own: says where it is, stops when told to, and must then end by itself.
import { functionNames } from '../../../../lib/contracts/functions.ts';
import { startRuntime } from '../../../../lib/local/runtime.ts';

const [dataDir = '', directory = ''] = process.argv.slice(2);
const bundles = Object.fromEntries(functionNames.map((name) => [name, { directory }]));
const runtime = await startRuntime({
  dataDir,
  port: 0,
  bundles: bundles as Parameters<typeof startRuntime>[0]['bundles'],
  log: (line) => console.error(line),
});
process.send?.({ apiUrl: runtime.apiUrl, sqs: runtime.endpoints.sqs });
process.once('message', async () => {
  process.disconnect();
  await runtime.stop();
});
