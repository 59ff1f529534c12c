import type { AwsResources } from '../../contracts/aws-metrics.ts';
import type { Project } from '../../contracts/projects.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ProjectService } from '../../projects/service.ts';
import { costUsd, freshForSeconds } from './budget.ts';
import type { MetricReader } from './metric-reader.ts';
import type { StoredFigures } from './model.ts';
import { projectFigures, queriesFor, resourceKinds, resourcesIn } from './project-figures.ts';
import { rangeOf } from './range.ts';
import { type Claim, FiguresStore, type Subject } from './store.ts';
import { AwsUsage } from './usage.ts';

/** So long somebody who knows nothing waits for what another is asking. */
const patienceMs = 10_000;
const lookAgainMs = 200;
const maxInMemory = 200;

interface Known {
  readonly value: StoredFigures;
  /** On this UTC day, when that was looked up. */
  readonly metricsToday: number;
}

/**
 * What CloudWatch has of a project's AWS resources. Whoever asks while figures are fresh is told the same, whichever copy of this
 * function answers: CloudWatch is asked once, for everybody.
 */
export class AwsMetrics {
  readonly #clock: Clock;
  readonly #projects: ProjectService;
  readonly #reader: MetricReader;
  readonly #store: FiguresStore;
  readonly #usage: AwsUsage;
  readonly #known = new Map<string, Known>();
  readonly #running = new Map<string, Promise<Known>>();

  constructor({ table, clock }: { table: HistoryTable; clock: Clock }, projects: ProjectService, reader: MetricReader) {
    this.#clock = clock;
    this.#projects = projects;
    this.#reader = reader;
    this.#store = new FiguresStore(table, clock);
    this.#usage = new AwsUsage(table);
  }

  /**
   * @throws DomainError not-found; quota-exceeded when the day's budget is spent, unavailable when CloudWatch does not answer,
   * each where nothing is known from before
   */
  async resources(name: string, minutes: number): Promise<AwsResources> {
    const project = await this.#projects.require(name);
    const subject = { project: name, minutes, resources: textOf(project) };
    const key = JSON.stringify(subject);
    const known = this.#known.get(key);
    if (known !== undefined && this.#store.isFresh(known.value)) return answerOf(known, project);
    const running = this.#running.get(key) ?? this.#find(project, subject).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    const found = await running;
    if (this.#known.size >= maxInMemory) this.#known.clear();
    this.#known.set(key, found);
    return answerOf(found, project);
  }

  async #find(project: Project, subject: Subject): Promise<Known> {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const { value, claim } = await this.#store.find(subject);
      if (claim !== undefined) return this.#ask(project, subject, claim);
      if (value?.figures !== undefined) {
        return { value, metricsToday: await this.#usage.today(subject.project, this.#clock()) };
      }
      if (performance.now() > deadlineMs) throw unavailable();
      await pause(lookAgainMs);
    }
  }

  async #ask(found: Project, { project, minutes }: Subject, claim: Claim): Promise<Known> {
    const { resources, awsMetricsUsdPerDay: budgetUsd } = found;
    const reader = this.#reader.for(found);
    const now = this.#clock();
    const range = rangeOf(minutes, now);
    const { periodSeconds } = range;
    const region = await reader.region();
    const { here, elsewhere } = resourcesIn(region, resources);
    const queries = queriesFor(here);
    const metrics = queries.length;
    const metricsToday = await this.#usage.take(project, metrics, budgetUsd, now);
    if (metricsToday === undefined) {
      const value = await this.#store.giveUp(claim, { isBudgetSpent: true, problems: [] });
      if (value.figures === undefined) throw overBudget(budgetUsd);
      return { value, metricsToday: await this.#usage.today(project, now) };
    }
    const { points, problems, failure } = await reader.read(queries, range);
    if (failure !== undefined) {
      const value = await this.#store.giveUp(claim, { isBudgetSpent: false, problems: [...problems] });
      // Where no AWS answers at all, no other try does better.
      if (value.figures === undefined) throw failure.code === 'invalid-request' ? failure : unavailable(problems[0]);
      return { value, metricsToday };
    }
    const figures = {
      timestamp: isoTime(now),
      from: isoTime(range.fromMs),
      to: isoTime(Math.min(now, range.toMs)),
      periodSeconds,
      ...projectFigures(here, points),
      problems: [...problems, ...elsewhere.map((name) => `${name} lies in another region than ${region}.`)],
    };
    const freshSeconds = freshForSeconds({ metrics, metricsToday, budgetUsd, periodSeconds }, now);
    return { value: await this.#store.renew(claim, figures, metrics, freshSeconds), metricsToday };
  }
}

const unavailable = (why = 'CloudWatch does not answer. Try again shortly.'): DomainError =>
  new DomainError('unavailable', why, { retryAfterSeconds: 15 });

const overBudget = (budgetUsd: number): DomainError =>
  new DomainError(
    'quota-exceeded',
    `What CloudWatch takes for this is more than is left of ${budgetUsd} USD a day: \`awsMetricsUsdPerDay\` of the project.`,
  );

const textOf = ({ resources }: Project): string =>
  JSON.stringify([
    ...resourceKinds.map((kind) => resources[kind] ?? []),
    ...(resources.role === undefined ? [] : [resources.role.arn]),
  ]);

function answerOf({ value, metricsToday }: Known, project: Project): AwsResources {
  const { figures, metricsRequested, freshUntilMs, isBudgetSpent, problems } = value;
  if (figures === undefined) throw unavailable();
  return {
    ...figures,
    problems: [...figures.problems, ...problems],
    cost: {
      metricsRequested,
      usd: costUsd(metricsRequested),
      todayUsd: costUsd(metricsToday),
      dailyBudgetUsd: project.awsMetricsUsdPerDay,
      isBudgetSpent,
      freshUntil: isoTime(freshUntilMs),
    },
  };
}
