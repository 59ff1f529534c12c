// The thread of one run of a script: nothing else runs in it, its environment is empty, and it reaches only the target.
import { parentPort } from 'node:worker_threads';
import { packed } from './crossing-threads.ts';
import { NetworkGuard } from './network-guard.ts';
import { Playing } from './playing.ts';
import { aliveEveryMs, type FromThread, type ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('This module is run by a worker thread.');
const tell = (message: FromThread): void => port.postMessage(message);

// Artillery writes to the log what scripts ask it to, without end.
for (const stream of [process.stdout, process.stderr]) stream.write = () => true;

const guard = new NetworkGuard();
guard.install();

// The plugin asks for this when it is loaded, and for the template function of the loaded engine.
const { template } = await import('../../../node_modules/artillery/dist/lib/commons/engine_util.js');
Object.assign(globalThis, {
  artillery: { version: '2', log: () => {}, util: { template }, runtimeOptions: {}, suggestedExitCode: 0 },
});
const [{ default: HttpEngine }, { Plugin: ExpectPlugin }] = await Promise.all([
  import('../../../node_modules/artillery/dist/lib/core/engine_http.js'),
  import('../../../node_modules/artillery/dist/builtin-packages/artillery-plugin-expect/dist/index.js'),
]);

let playing: Playing | undefined;

async function start({ plan, startAtEpochMs, addresses }: Extract<ToThread, { type: 'start' }>): Promise<void> {
  setInterval(() => tell({ type: 'alive' }), aliveEveryMs);
  guard.allow(plan.target, addresses);
  const parts = { HttpEngine, ExpectPlugin };
  playing = new Playing(plan, {
    ...{ parts, guard, startAtEpochMs },
    onInterval: (interval) => tell({ type: 'interval', interval: packed(interval) }),
  });
  tell({ type: 'ended', outcome: packed(await playing.play()) });
}

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'start':
      return void start(message);
    case 'abort':
      return void playing?.stop('aborted');
    case 'leave':
      return playing?.leaveAt(message.atMs);
    case 'addresses':
      guard.addresses = message.addresses;
  }
});
tell({ type: 'ready' });
