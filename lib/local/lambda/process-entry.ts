// An instance of a function in a process of its own.
import { createFunctionLoop } from './function-loop.ts';
import type { ToInstance } from './protocol.ts';

// Nobody is left to answer: the runtime ended, in whatever way.
process.on('disconnect', () => process.exit(0));

const loop = createFunctionLoop(
  (message) =>
    new Promise((resolve) => {
      if (process.send === undefined || !process.connected) resolve();
      else process.send(message, () => resolve());
    }),
);
process.on('message', (message: ToInstance) => loop.receive(message));
