import type { Appliers } from '../../../lib/optimization/applier.ts';
import type { SendMessages } from '../../../lib/platform/queue/send.ts';
import { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import { Outbox } from '../../../lib/platform/table/outbox.ts';
import { quietLog, type TestParts } from '../history-table.ts';
import type { HarnessPorts } from './run-harness.ts';

export class Dead extends Error {
  constructor() {
    super('The process is dead');
  }
}

/** What a process does to the world outside of it, up to the deed at which it dies. Then it does nothing any more, and learns nothing. */
export class Mortal {
  readonly #deadAt: number;
  #deeds = 0;
  isDead = false;

  /** @param deadAt before which deed, counted from 0 */
  constructor(deadAt: number) {
    this.#deadAt = deadAt;
  }

  get deeds(): number {
    return this.#deeds;
  }

  async deed<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.#deeds === this.#deadAt) this.isDead = true;
    this.live();
    this.#deeds += 1;
    return act();
  }

  live(): void {
    if (this.isDead) throw new Dead();
  }
}

const deeds: ReadonlySet<string | symbol> = new Set(['create', 'replace', 'delete', 'deleteAsRead']);

/** The table of a process that sends messages in this way. */
export type OpenTable = (send: SendMessages) => HistoryTable;

/** A real table, with a real outbox. */
export const realTable =
  ({ client, tableName, clock }: TestParts): OpenTable =>
  (send) =>
    new HistoryTable(client, tableName, new Outbox({ client, table: tableName, send, clock, log: quietLog }), clock);

/** The ports of a worker that dies. */
export function mortalPorts(
  mortal: Mortal,
  { send, open, appliers }: { send: SendMessages; open: OpenTable; appliers: Appliers },
): Required<Pick<HarnessPorts, 'table' | 'send' | 'appliers'>> {
  const mortalSend: SendMessages = (messages) => mortal.deed(() => send(messages));
  return {
    send: mortalSend,
    table: watched(open(mortalSend), mortal),
    appliers: mortalAppliers(appliers, mortal),
  };
}

const watched = (table: HistoryTable, mortal: Mortal): HistoryTable =>
  new Proxy(table, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const act = () => member.apply(target, args) as Promise<unknown>;
        if (deeds.has(name)) return mortal.deed(act);
        mortal.live();
        return act();
      };
    },
  });

const mortalAppliers = (appliers: Appliers, mortal: Mortal): Appliers =>
  Object.fromEntries(
    Object.entries(appliers).map(([kind, applier]) => [
      kind,
      {
        read: async (...args: never[]) => {
          mortal.live();
          return (applier.read as (...given: never[]) => Promise<unknown>)(...args);
        },
        write: (...args: never[]) =>
          mortal.deed(() => (applier.write as (...given: never[]) => Promise<unknown>)(...args)),
      },
    ]),
  );
