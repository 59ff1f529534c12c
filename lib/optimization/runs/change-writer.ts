import type { AuditEntry } from '../../contracts/optimization-controls.ts';
import type { Actor, RunConflict } from '../../contracts/optimization-runs.ts';
import type { Change } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Appliers, Held } from '../applier.ts';
import { applierOf, isDoneOnce, isSameValue, otherSide, type Side, valueOn } from '../sides.ts';
import type { AuditTrail } from './audit.ts';

/** One change, by whom and why. */
export interface Move {
  project: string;
  runId: string;
  turn: number;
  /** Of the optimization. */
  id: string;
  change: Change;
  to: Side;
  by: Actor;
  action: AuditEntry['action'];
  /** Whatever is there by now. */
  force: boolean;
  /** What it belongs to must still be as it was. */
  revision?: string | undefined;
}

export type Refusal = Omit<RunConflict, 'id' | 'change' | 'expected'>;

/** What came of it. */
export type Moved =
  /** The wanted side is in force. */
  | { is: 'there'; outcome?: string | undefined }
  /** It was to be put back, and is done for good: there is nothing of it to put back. */
  | { is: 'done-for-good'; outcome?: string | undefined }
  | { is: 'refused'; refusal: Refusal };

/** Writes one side of a change in the place of the other, however often it is begun. */
export class ChangeWriter {
  readonly #appliers: Appliers;
  readonly #audit: AuditTrail;

  constructor(appliers: Appliers, audit: AuditTrail) {
    this.#appliers = appliers;
    this.#audit = audit;
  }

  /** @throws DomainError what an applier says; `unavailable`, and all other errors: what may be tried again */
  async read(project: string, change: Change): Promise<Held> {
    const applier = applierOf(this.#appliers, change);
    if (applier === undefined) {
      throw new DomainError('not-found', `This deployment makes no changes of kind ${change.kind}.`);
    }
    return applier.read(project, change);
  }

  /** @throws what may be tried again */
  async move(move: Move): Promise<Moved> {
    try {
      return await this.#move(move);
    } catch (error) {
      return { is: 'refused', refusal: refusalOf(error) };
    }
  }

  async #move(move: Move): Promise<Moved> {
    const { project, runId, turn, id, change, to, by, action, force, revision } = move;
    const held = await this.read(project, change);
    if (revision !== undefined && held.revision !== revision) {
      return refused(held, 'Somebody else has changed what it belongs to since.');
    }
    const wanted = valueOn(to, change);
    if (isSameValue(held.value, wanted)) {
      await this.#settle(project, change, held);
      return { is: 'there', outcome: held.outcome };
    }
    if (to === 'before' && isDoneOnce(change)) return { is: 'done-for-good', outcome: held.outcome };
    const isOurs = held.isPartial === true || isSameValue(held.value, valueOn(otherSide(to), change));
    if (!force && !isOurs) {
      return refused(held, 'Somebody else has changed it since.');
    }
    const intention = { project, runId, id, by, action, change, from: held.value, to: wanted };
    const entry = await this.#audit.begin(intention, `turn ${turn}`);
    try {
      await applierOf(this.#appliers, change)?.write(project, change, wanted, held);
    } catch (error) {
      await this.#audit.close(entry, 'refused', refusalOf(error).detail);
      throw error;
    }
    const now = await this.read(project, change);
    const isThere = isSameValue(now.value, wanted);
    await this.#audit.close(entry, isThere ? 'made' : 'refused', now.outcome);
    if (!isThere) return refused(now, 'It was written, and something else is there.');
    return { is: 'there', outcome: now.outcome };
  }

  /** It may be there by a write that was cut off before it was in force: done once more, it returns when it is, and changes nothing else. */
  async #settle(project: string, change: Change, held: Held): Promise<void> {
    try {
      await applierOf(this.#appliers, change)?.write(project, change, held.value, held);
    } catch (error) {
      // Refused or not, what is wanted is there.
      refusalOf(error);
    }
  }
}

const refused = ({ value: found }: Held, detail: string): Moved => ({ is: 'refused', refusal: { found, detail } });

/** @throws the error itself, when trying again may help */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
  return { detail: error.message };
}
