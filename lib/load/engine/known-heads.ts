import type { ResponseHead } from './response-head.ts';

/** A server's heads differ in little more than `Date` from one second to the next, and by scenario. */
const SLOTS = 4;
/** Longer heads are parsed each time. */
const MAX_BYTES = 1024;

const LF = 10;

export type KnownHead = { head: ResponseHead; length: number };

class Slot implements KnownHead {
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  length = 0;
  head: ResponseHead = { status: 0, framing: 0, keepAlive: false, keepAliveTimeoutSeconds: undefined };

  hold(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    bytes.copy(this.#bytes, 0, start, end);
    this.length = end - start;
    this.head = head;
  }

  /** A loop, because a call out of JavaScript takes longer than the few hundred bytes of a head. */
  isAt(bytes: Buffer, start: number): boolean {
    const held = this.#bytes;
    for (let i = 0; i < this.length; i++) if (held[i] !== bytes[start + i]) return false;
    return true;
  }
}

/**
 * The heads that were parsed last, whole: the same bytes mean the same again.
 *
 * Invariant: what is held is a valid head with its blank line, so that bytes which begin with it have their head's end there.
 */
export class KnownHeads {
  readonly #slots = Array.from({ length: SLOTS }, () => new Slot());
  #next = 0;

  /** The one with which the bytes from `start` begin, if there is one. */
  find(bytes: Buffer, start: number, limit: number): KnownHead | undefined {
    for (const slot of this.#slots) {
      const end = start + slot.length;
      // Most that differ do so in their length, which a look at the last line's ends tells.
      if (slot.length === 0 || end > limit || bytes[end - 1] !== LF || bytes[end - 3] !== LF) continue;
      if (slot.isAt(bytes, start)) return slot;
    }
    return undefined;
  }

  /** Remembers a valid head instead of the one that was remembered longest ago. */
  add(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    const slot = this.#slots[this.#next];
    if (slot === undefined || end - start > MAX_BYTES) return;
    this.#next = (this.#next + 1) % SLOTS;
    slot.hold(head, bytes, start, end);
  }
}
