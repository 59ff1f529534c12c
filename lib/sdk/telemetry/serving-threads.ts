import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channelName = 'headroom.serving';

/**
 * Whether this thread, or for the main thread any thread of the process, has ever served something: the main thread reports the
 * resources of all, also where workers do all the serving.
 */
export class ServingThreads {
  #any = false;
  #channel: BroadcastChannel | undefined;

  constructor() {
    if (!isMainThread) return;
    this.#channel = new BroadcastChannel(channelName);
    this.#channel.onmessage = () => this.#settle();
    // It holds nothing open.
    this.#channel.unref();
  }

  get any(): boolean {
    return this.#any;
  }

  /** Workers tell the main thread, once. */
  serves(): void {
    if (this.#any) return;
    if (!isMainThread) {
      this.#channel = new BroadcastChannel(channelName);
      this.#channel.postMessage(true);
    }
    this.#settle();
  }

  #settle(): void {
    this.#any = true;
    this.#channel?.close();
    this.#channel = undefined;
  }
}
