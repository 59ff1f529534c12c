import type { AwsFigures } from '../../contracts/aws-metrics.ts';
import type { Clock } from '../../platform/clock.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { figuresItem, type StoredFigures } from './model.ts';

const keptMs = 24 * 60 * 60 * 1_000;
/** Longer than CloudWatch takes. */
const claimMs = 20_000;
/** When figures could not be renewed, it is not tried again sooner. */
const retryAfterMs = 15_000;

/** What is told to everybody: the figures of a project for one length of time. */
export interface Subject {
  readonly project: string;
  readonly minutes: number;
  /** As text: figures of other resources are as good as none. */
  readonly resources: string;
}

export type Claim = Stored<StoredFigures>;

export interface Found {
  readonly claim: Claim | undefined;
  /** Of the subject's resources; fresh or not. */
  readonly value: StoredFigures | undefined;
}

/** Keeps figures for every copy of the function, and lets one at a time renew them. */
export class FiguresStore {
  readonly #table: HistoryTable;
  readonly #clock: Clock;

  constructor(table: HistoryTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  isFresh({ figures, freshUntilMs }: StoredFigures): boolean {
    return figures !== undefined && this.#clock() < freshUntilMs;
  }

  /** What there is, and the claim to renew it, unless it is fresh or somebody else has the claim. */
  async find(subject: Subject): Promise<Found> {
    const key = keys.awsFigures(subject.project, subject.minutes);
    const stored = await this.#table.get(figuresItem, key);
    const value = stored?.value.resources === subject.resources ? stored.value : undefined;
    const now = this.#clock();
    if (value !== undefined && (this.isFresh(value) || now < value.claimedUntilMs)) return { value, claim: undefined };
    const claimed = { ...(value ?? nothing(subject.resources)), claimedUntilMs: now + claimMs };
    const options = { expiresAt: now + keptMs };
    const claim =
      stored === undefined
        ? await this.#table.create(figuresItem, key, claimed, options)
        : await this.#table.replace(stored, claimed, options);
    return { value, claim };
  }

  /** Where the claim was lost, another's figures are newer, and stay. */
  async renew(
    claim: Claim,
    figures: AwsFigures,
    metricsRequested: number,
    freshForSeconds: number,
  ): Promise<StoredFigures> {
    const now = this.#clock();
    const freshUntilMs = now + 1_000 * freshForSeconds;
    const value = { ...nothing(claim.value.resources), figures, metricsRequested, freshUntilMs };
    await this.#table.replace(claim, value, { expiresAt: now + keptMs });
    return value;
  }

  /** The figures stay what they were, for a while, and say why. */
  async giveUp(claim: Claim, why: Pick<StoredFigures, 'isBudgetSpent' | 'problems'>): Promise<StoredFigures> {
    const value = { ...claim.value, ...why, claimedUntilMs: 0, freshUntilMs: this.#clock() + retryAfterMs };
    await this.#table.replace(claim, value);
    return value;
  }
}

const nothing = (resources: string): StoredFigures => ({
  resources,
  metricsRequested: 0,
  freshUntilMs: 0,
  claimedUntilMs: 0,
  isBudgetSpent: false,
  problems: [],
});
