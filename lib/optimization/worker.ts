import type { MessageOf } from '../contracts/messages.ts';
import type { SweepWorker } from './aws/memory-sweep/worker.ts';
import type { RunWorker } from './runs/worker.ts';

type Message = MessageOf<'optimizations'>;

/** Leads what each message is about. */
export class OptimizationWorker {
  readonly #runs: RunWorker;
  readonly #sweeps: SweepWorker;

  constructor(runs: RunWorker, sweeps: SweepWorker) {
    this.#runs = runs;
    this.#sweeps = sweeps;
  }

  advance(message: Message): Promise<void> {
    return message.type === 'memory-sweep.advance' ? this.#sweeps.advance(message) : this.#runs.advance(message);
  }

  giveUp(message: Message): Promise<void> {
    return message.type === 'memory-sweep.advance' ? this.#sweeps.giveUp(message) : this.#runs.giveUp(message);
  }
}
