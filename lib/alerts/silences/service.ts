import type { Silence, SilenceRequest } from '../../contracts/alerts.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { silenceItem } from '../model.ts';

const longestMs = 366 * 24 * 60 * 60_000;

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Times in which some alerts are not announced. They are seen all the same. */
export class SilenceService {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** @throws DomainError invalid-request */
  async create({ matchers, startsAt, endsAt, why }: SilenceRequest, createdBy: string): Promise<Silence> {
    const { table, clock, ids } = this.#parts;
    const now = clock();
    const silence: Silence = {
      silenceId: ids(now),
      matchers,
      startsAt: startsAt ?? isoTime(now),
      endsAt,
      why,
      createdAt: isoTime(now),
      createdBy,
    };
    const end = Date.parse(endsAt);
    if (end <= now || end <= Date.parse(silence.startsAt)) throw badEnd('must be after its beginning, and after now');
    if (end > now + longestMs) throw badEnd('must be at most a year ahead');
    await table.create(silenceItem, keys.silence(silence.silenceId), silence, { expiresAt: end });
    return silence;
  }

  /** Those that have not ended, the newest first. @param visible which projects' silences the caller may see */
  async list(query: PageQuery, visible: (project: string | undefined) => boolean): Promise<Page<Silence>> {
    const page = await this.#parts.table.page(silenceItem, keys.silences(), query, 'descending');
    return { ...page, items: page.items.filter(({ matchers }) => visible(matchers.project)) };
  }

  async all(): Promise<Silence[]> {
    const silences: Silence[] = [];
    for await (const { value } of this.#parts.table.all(silenceItem, keys.silences())) silences.push(value);
    return silences;
  }

  /** @throws DomainError not-found */
  async get(silenceId: string): Promise<Silence> {
    const found = await this.#parts.table.get(silenceItem, keys.silence(silenceId));
    if (found === undefined) throw notFound(`The silence ${silenceId}`);
    return found.value;
  }

  async delete(silenceId: string): Promise<void> {
    await this.#parts.table.delete(keys.silence(silenceId));
  }
}

const badEnd = (message: string): DomainError =>
  new DomainError('invalid-request', `body.endsAt: ${message}`, { fieldErrors: [{ path: 'body.endsAt', message }] });
