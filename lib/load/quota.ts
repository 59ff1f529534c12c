import { z } from 'zod';
import { type LoadQuota, type LoadQuotaInForce, type LoadQuotaSettings, loadQuotaSettings } from '../contracts/load.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import type { ItemType } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { Demand } from './plan.ts';

const quotaItem: ItemType<LoadQuotaSettings> = { name: 'LoadQuota', version: 1, schema: loadQuotaSettings };

const usage = z.object({ testId: z.string(), requests: z.number().int().min(0) });
const usageItem: ItemType<z.output<typeof usage>> = { name: 'LoadUsage', version: 1, schema: usage };
const usageKeptMs = 3 * 24 * 60 * 60 * 1000;

/** What a project may have where nobody has set anything else. */
export const defaultQuota: LoadQuota = {
  maxUsers: 20_000,
  maxArrivalRate: 50_000,
  maxDurationSeconds: 24 * 60 * 60,
  maxRequestsPerDay: 1_000_000_000,
};

/**
 * What a project may ask of the fleet. Requests are counted for the UTC day on which their test began: each test has an
 * item of its own, which holds its number and is written again as that grows, so nothing is counted twice.
 */
export class LoadQuotas {
  readonly #table: HistoryTable;
  readonly #clock: Clock;

  constructor({ table, clock }: { table: HistoryTable; clock: Clock }) {
    this.#table = table;
    this.#clock = clock;
  }

  async get(project: string): Promise<LoadQuotaInForce> {
    const set = await this.#table.get(quotaItem, keys.loadQuota(project));
    const given = Object.fromEntries(Object.entries(set?.value ?? {}).filter(([, value]) => value !== undefined));
    return { ...defaultQuota, ...given, requestsToday: await this.#requestsOf(project, this.#clock()) };
  }

  /** @throws DomainError conflict */
  async put(project: string, settings: LoadQuotaSettings): Promise<LoadQuotaInForce> {
    const key = keys.loadQuota(project);
    const current = await this.#table.get(quotaItem, key);
    const written =
      current === undefined
        ? await this.#table.create(quotaItem, key, settings)
        : await this.#table.replace(current, settings);
    if (written === undefined) {
      throw new DomainError('conflict', 'The quota was changed by someone else at the same time. Try again.');
    }
    return this.get(project);
  }

  /**
   * @returns how many requests the test may send
   * @throws DomainError quota-exceeded, naming everything that is too much
   */
  async require(project: string, { model, peak, plannedSeconds }: Demand, plannedRequests?: number): Promise<number> {
    const quota = await this.get(project);
    const left = quota.maxRequestsPerDay - quota.requestsToday;
    const over = [
      ...(model === 'closed' && peak > quota.maxUsers ? [`${peak} users; it may have ${quota.maxUsers}`] : []),
      ...(model === 'open' && peak > quota.maxArrivalRate
        ? [`${peak} arrivals a second; it may have ${quota.maxArrivalRate}`]
        : []),
      ...(plannedSeconds > quota.maxDurationSeconds
        ? [`${Math.round(plannedSeconds)} s; it may have ${quota.maxDurationSeconds} s`]
        : []),
      ...(left <= 0 || (plannedRequests ?? 0) > left
        ? [
            `${plannedRequests === undefined ? 'more' : Math.round(plannedRequests)} requests; of ${quota.maxRequestsPerDay} a day ${Math.max(0, left)} are left`,
          ]
        : []),
    ];
    if (over.length > 0) {
      const detail = `The project ${project} asks for ${over.join(', and for ')}. An admin can raise it: PUT /v1/projects/${project}/load-quota.`;
      throw new DomainError('quota-exceeded', detail);
    }
    return left;
  }

  /** Says how many requests a test has sent so far. */
  async use(project: string, startedAtMs: number, testId: string, requests: number): Promise<void> {
    const key = keys.loadUsage(project, dayOf(startedAtMs), testId);
    const current = await this.#table.get(usageItem, key);
    if (current !== undefined && current.value.requests >= requests) return;
    const value = { testId, requests };
    const expiresAt = startedAtMs + usageKeptMs;
    // Who loses the race was not quicker: the other knew at least as much, or the next time will tell.
    if (current === undefined) await this.#table.create(usageItem, key, value, { expiresAt });
    else await this.#table.replace(current, value);
  }

  /**
   * Each test may send what was left when it began: of those that run side by side this sees what they sent together.
   * @returns why no test of that day may go on; undefined: they may
   */
  async usedUp(project: string, startedAtMs: number): Promise<string | undefined> {
    const set = await this.#table.get(quotaItem, keys.loadQuota(project));
    const requests = await this.#requestsOf(project, startedAtMs);
    if (requests <= (set?.value.maxRequestsPerDay ?? defaultQuota.maxRequestsPerDay)) return undefined;
    return `the requests that the project ${project} has for the day are used up: ${requests} by its tests together`;
  }

  async #requestsOf(project: string, now: number): Promise<number> {
    let sum = 0;
    for await (const { value } of this.#table.all(usageItem, keys.loadUsages(project, dayOf(now))))
      sum += value.requests;
    return sum;
  }
}

const dayOf = (epochMs: number): string => isoTime(epochMs).slice(0, 10);
