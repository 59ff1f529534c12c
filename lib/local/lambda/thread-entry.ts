// An instance of a function in a worker thread.
import { parentPort } from 'node:worker_threads';
import { createFunctionLoop } from './function-loop.ts';

const port = parentPort;
if (port === null) throw new Error('This module is run by a worker thread.');

const loop = createFunctionLoop(async (message) => port.postMessage(message));
port.on('message', (message) => loop.receive(message));
