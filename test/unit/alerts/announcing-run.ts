import { Notifier } from '../../../lib/alerts/announcing/notifier.ts';
import type { Observation } from '../../../lib/alerts/lifecycle/observation.ts';
import type { SubjectState } from '../../../lib/alerts/lifecycle/subject.ts';
import { notificationItem, subjectItem } from '../../../lib/alerts/model.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { SilenceService } from '../../../lib/alerts/silences/service.ts';
import type { AlertNotification, AlertSeverity, AlertSubject } from '../../../lib/contracts/alerts.ts';
import type { MessageOf, Outgoing } from '../../../lib/contracts/messages.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { countedIds } from '../../support/history-table.ts';
import { Crash, MemoryTable } from '../../support/memory-table.ts';

export const begin = Date.parse('2026-01-31T02:00:00.000Z');
const secondMs = 1000;
const retryMs = 20_000;

/** Alerts and what is told of them on one machine, whose time the test moves: a queue with delays, and a tick each minute. */
export class AnnouncingRun {
  now = begin;
  readonly table: MemoryTable;
  readonly silences: SilenceService;
  readonly #alerts: AlertService;
  readonly #notifier: Notifier;
  readonly #groups: readonly string[];
  /** What was sent for channels. */
  readonly deliveries: MessageOf<'notifications'>[] = [];
  #queue: { dueAt: number; body: MessageOf<'alerts'> }[] = [];

  /** @param groups that the tick looks after */
  constructor(groups: readonly string[] = ['shop']) {
    const clock = () => this.now;
    this.table = new MemoryTable(clock, (messages) => this.#take(messages));
    const parts = { table: this.table.asTable(), clock, ids: countedIds() };
    this.#alerts = new AlertService(parts);
    this.silences = new SilenceService(parts);
    this.#notifier = new Notifier(parts, this.silences);
    this.#groups = groups;
  }

  get alerts(): AlertService {
    return this.#alerts;
  }

  #take(messages: readonly Outgoing[]): void {
    for (const message of messages) {
      if (message.queue === 'notifications') {
        this.deliveries.push(message.body);
        continue;
      }
      if (message.queue !== 'alerts') throw new Error(`Nothing here reads ${message.queue}`);
      this.#queue.push({ dueAt: this.now + (message.delaySeconds ?? 0) * secondMs, body: message.body });
    }
  }

  /** Observed by somebody who tries again when it fails, as the evaluation of a minute is. */
  async observe(about: AlertSubject, finding: 'gone' | 'between' | AlertSeverity): Promise<void> {
    const at = this.now;
    const observation: Observation =
      finding === 'gone'
        ? { at, finds: 'gone', why: 'It is well.' }
        : finding === 'between'
          ? { at, finds: 'between' }
          : { at, finds: 'firing', severity: finding, reason: 'It is bad.', shown: { evidence: [] } };
    for (;;) {
      if (await survived(() => this.#alerts.observe(about, observation))) return;
      this.now += retryMs;
    }
  }

  /** Lets time pass, and all that comes due. */
  async pass(durationMs: number): Promise<void> {
    const until = this.now + durationMs;
    for (;;) {
      const minute = (Math.floor(this.now / 60_000) + 1) * 60_000;
      const next = this.#queue.reduce((first, { dueAt }) => Math.min(first, dueAt), Math.min(minute, until));
      this.now = Math.max(this.now, next);
      const due = this.#queue.filter(({ dueAt }) => dueAt <= this.now);
      this.#queue = this.#queue.filter(({ dueAt }) => dueAt > this.now);
      for (const { body } of due) await this.#deliver(body);
      if (this.now === minute) await this.#tick();
      if (this.now >= until) return;
    }
  }

  async #tick(): Promise<void> {
    this.table.relayDue();
    for (const group of this.#groups) await this.#deliver({ type: 'alert.notify', group });
  }

  async #deliver(body: MessageOf<'alerts'>): Promise<void> {
    const done = await survived(async () => {
      if (body.type === 'alert.changed') await this.#notifier.changed(body.about);
      if (body.type === 'alert.notify') await this.#notifier.notify(body.group);
    });
    if (!done) this.#queue.push({ dueAt: this.now + retryMs, body });
  }

  async notifications(group = 'shop'): Promise<AlertNotification[]> {
    const found: AlertNotification[] = [];
    const listing = { pk: keys.alertGroup(group).pk, prefix: 'NOTIFICATION#' };
    for await (const { value } of this.table.all(notificationItem, listing)) found.push(value);
    return found;
  }

  async subjects(group = 'shop'): Promise<SubjectState[]> {
    const found: SubjectState[] = [];
    for await (const { value } of this.table.all(subjectItem, keys.alertSubjects(group))) found.push(value);
    return found;
  }

  /** What was told, each as `SUBJECT SEVERITY STATUS`. */
  async told(group = 'shop'): Promise<string[]> {
    return (await this.notifications(group)).flatMap(({ alerts }) =>
      alerts.map((each) => `${each.subject} ${each.severity} ${each.status}${each.isReminder ? ' again' : ''}`),
    );
  }
}

/** @returns false when the process ended on the way */
async function survived(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}
