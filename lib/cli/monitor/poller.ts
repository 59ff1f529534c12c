import type { Client } from '../../sdk/client.ts';
import { failureText } from '../failure.ts';
import { ask } from './sources.ts';
import { emptyTold, type MonitorState, platformSources, projectSources, type SourceName, type Told } from './state.ts';

export interface PollerParts {
  client: Client;
  apiUrl: string;
  /** To be looked at first. Absent: the first there is. */
  project?: string | undefined;
  intervalMs: number;
  /** Of one answer; what is older is shown with its age meanwhile. */
  timeoutMs?: number;
  onChange: () => void;
  now?: () => number;
}

const defaultTimeoutMs = 8_000;

/**
 * Keeps the state up to date: asks every source, and never one again before it has answered. What a source told stays until it tells
 * something newer; an answer about a project that is looked at no more is dropped.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #now: () => number;
  readonly #asking = new Map<SourceName, Promise<void>>();
  readonly #ended = new AbortController();
  #state: MonitorState;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    const { apiUrl, project, intervalMs } = parts;
    const chosen = project === undefined ? {} : { chosen: project };
    this.#state = { apiUrl, ...chosen, intervalMs, told: emptyTold(), showsHelp: false };
  }

  get state(): MonitorState {
    return this.#state;
  }

  /** Asks whatever does not answer already. Resolves when all that was asked here has answered, or failed to. */
  async refresh(): Promise<void> {
    await Promise.all([...platformSources, ...projectSources].map((name) => this.#ask(name)));
  }

  /** As `refresh`, until all is told: the project to look at is known only after the first answers. */
  async refreshWhole(): Promise<void> {
    await this.refresh();
    await Promise.all(projectSources.filter((name) => !isTold(this.#state.told[name])).map((name) => this.#ask(name)));
  }

  choose(project: string | undefined): void {
    if (project === undefined || project === this.#state.chosen) return;
    const { throughput, p95, cache, checks, loadTests } = emptyTold();
    this.#state = {
      ...this.#state,
      chosen: project,
      told: { ...this.#state.told, throughput, p95, cache, checks, loadTests },
    };
    for (const name of projectSources) this.#asking.delete(name);
    this.#parts.onChange();
    for (const name of projectSources) void this.#ask(name);
  }

  toggleHelp(): void {
    this.#state = { ...this.#state, showsHelp: !this.#state.showsHelp };
    this.#parts.onChange();
  }

  stop(): void {
    this.#ended.abort();
  }

  /** Resolves with the answer that is waited for already, where there is one. */
  #ask(name: SourceName): Promise<void> {
    const isOfProject = (projectSources as readonly SourceName[]).includes(name);
    const project = isOfProject ? this.#state.chosen : '';
    if (project === undefined || this.#ended.signal.aborted) return Promise.resolve();
    const asking = this.#asking.get(name) ?? this.#answer(name, project);
    this.#asking.set(name, asking);
    return asking;
  }

  /** @param project empty for what is told of the deployment */
  async #answer(name: SourceName, project: string): Promise<void> {
    const { client, timeoutMs = defaultTimeoutMs } = this.#parts;
    const timeout = AbortSignal.timeout(timeoutMs);
    let told: Told<unknown>;
    try {
      const value = await ask[name](client, project, AbortSignal.any([this.#ended.signal, timeout]));
      told = { value, atMs: this.#now() };
    } catch (error) {
      const why = timeout.aborted ? `No answer within ${timeoutMs / 1_000} s.` : failureText(error);
      told = { ...this.#state.told[name], error: why };
    }
    if (this.#ended.signal.aborted || (project !== '' && this.#state.chosen !== project)) return;
    this.#asking.delete(name);
    this.#state = { ...this.#state, told: { ...this.#state.told, [name]: told } };
    if (name === 'projects') this.choose(this.#state.chosen ?? this.#state.told.projects.value?.[0]?.project);
    this.#parts.onChange();
  }
}

const isTold = ({ atMs, error }: Told<unknown>): boolean => atMs !== undefined || error !== undefined;
