// An instance of a function in a worker thread.
import { parentPort, workerData } from 'node:worker_threads';
import { createFunctionLoop } from './function-loop.ts';
import { giveWay } from './give-way.ts';

const port = parentPort;
if (port === null) throw new Error('This module is run by a worker thread.');

giveWay((workerData as { niceness: number }).niceness);

const loop = createFunctionLoop(async (message) => port.postMessage(message));
port.on('message', (message) => loop.receive(message));
