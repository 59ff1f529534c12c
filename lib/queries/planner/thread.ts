import { parentPort } from 'node:worker_threads';
import { openDatabase, PlannerDatabase } from './database.ts';
import type { PlanTask } from './task.ts';

/** Far more than planning needs; what asks for more gets an error of PostgreSQL's instead of the machine's memory. */
const maxMemoryBytes = 700 * 1024 * 1024;
const bytesOfPage = 65_536;

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function boundedGrow(this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * bytesOfPage > maxMemoryBytes)
    throw new RangeError('The planner may not have more memory.');
  return grow.call(this, pages);
};

const port = parentPort;
if (port === null) throw new Error('The planner runs in a thread of its own.');
const database = await PlannerDatabase.over(await openDatabase());
port.on('message', (task: PlanTask) => {
  void database.plan(task).then((outcome) => port.postMessage(outcome));
});
port.postMessage({ type: 'ready' });
