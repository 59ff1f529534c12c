import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { chooseIndexes } from './choose.ts';
import { identifier, textLiteral as text } from './sql-text.ts';
import type { PlannedColumn, PlannedIndex, PlannedTable, PlanOutcome, PlanTask } from './task.ts';

/** Beside this module, or beside the bundle that it is in. */
const clusterFile = new URL('./cluster.tar.zst', import.meta.url);

const pageBytes = 8192;
/** PostgreSQL keeps a larger table in several files; what is larger is taken to be as dense as it has to be. */
const maxPages = 131_071;

/** An empty PostgreSQL in memory. Takes a second or so of CPU. */
export async function openDatabase(): Promise<PGlite> {
  const archive = zstdDecompressSync(await readFile(clusterFile));
  return PGlite.create({ loadDataDir: new Blob([archive]) });
}

/** What an in-memory file of PGlite is, as far as it is needed here. */
interface MemoryFile {
  usedBytes: number;
}

/**
 * PostgreSQL's planner, in memory. A question is one transaction that is always rolled back: nothing of it is there for the next.
 *
 * The planner asks the file system how large a table is, and everything else its statistics. So tables stay empty, and their
 * files are said to be as large as those of a table of so many rows. Nothing ever reads them: queries are planned, never run.
 */
export class PlannerDatabase {
  readonly #database: PGlite;
  readonly #directory: string;

  private constructor(database: PGlite, directory: string) {
    this.#database = database;
    this.#directory = directory;
  }

  static async over(database: PGlite): Promise<PlannerDatabase> {
    const [row] = await rowsOf<{ directory: string }>(
      database,
      "SELECT current_setting('data_directory') AS directory",
    );
    return new PlannerDatabase(database, row?.directory ?? '');
  }

  async plan(task: PlanTask): Promise<PlanOutcome> {
    await this.#database.exec('BEGIN');
    try {
      return await this.#planned(task);
    } catch (error) {
      return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      await this.#database.exec('ROLLBACK');
      await this.#database.exec('DISCARD ALL');
    }
  }

  async #planned(task: PlanTask): Promise<PlanOutcome> {
    const refused: { candidate: number; reason: string }[] = [];
    for (const table of task.tables) {
      for (const statement of table.statements) await this.#database.exec(statement);
      for (const index of table.indexes) await this.#try(index.statement);
    }
    const created: number[] = [];
    for (const [candidate, index] of task.candidates.entries()) {
      const reason = await this.#try(index.statement);
      if (reason === undefined) created.push(candidate);
      else refused.push({ candidate, reason: `PostgreSQL does not take it: ${reason}.` });
    }
    for (const table of task.tables) await this.#enlarge(table);
    for (const index of [...task.tables.flatMap(({ indexes }) => indexes), ...task.candidates])
      await this.#enlargeIndex(index);
    if (task.nestedLoopsOnly)
      await this.#database.exec('SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off');
    // What is not compiled costs what PostgreSQL says it does.
    await this.#database.exec('SET LOCAL jit = off');
    const holdsAll = (candidate: number): boolean => task.candidates[candidate]?.holdsAll === true;
    const outcome = await chooseIndexes(
      created.filter((each) => !holdsAll(each)),
      created.filter(holdsAll),
      (candidates) => this.#costOf(task, created, candidates),
    );
    return { ...outcome, rejected: [...outcome.rejected, ...refused] };
  }

  /** @returns why not, or undefined */
  async #try(statement: string): Promise<string | undefined> {
    await this.#database.exec('SAVEPOINT one');
    try {
      await this.#database.exec(statement);
      await this.#database.exec('RELEASE SAVEPOINT one');
      return undefined;
    } catch (error) {
      await this.#database.exec('ROLLBACK TO SAVEPOINT one');
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #enlarge(table: PlannedTable): Promise<void> {
    await this.#setSize(table.name, table);
    for (const column of table.columns) {
      // What does not go with the column's type is left out.
      const reason = await this.#try(statisticsStatement(table.name, column));
      if (reason !== undefined)
        await this.#try(statisticsStatement(table.name, { ...column, mostCommon: [], bounds: [] }));
    }
  }

  async #enlargeIndex(index: PlannedIndex): Promise<void> {
    // It may not have been created.
    const [found] = await rowsOf<{ found: boolean }>(
      this.#database,
      `SELECT to_regclass(${text(identifier(index.name))}) IS NOT NULL AS found`,
    );
    if (found?.found !== true) return;
    await this.#setSize(index.name, index);
    for (const expression of index.expressions) await this.#try(expressionStatement(index.name, expression));
  }

  async #setSize(name: string, { rows, pages }: { rows: number; pages: number }): Promise<void> {
    const held = Math.max(1, Math.min(maxPages, Math.ceil(pages)));
    const relation = `${text(identifier(name))}::regclass`;
    await this.#database.exec(
      `UPDATE pg_class SET relpages = ${held}, reltuples = ${rows}, relallvisible = ${held} WHERE oid = ${relation}`,
    );
    const [row] = await rowsOf<{ path: string }>(this.#database, `SELECT pg_relation_filepath(${relation}) AS path`);
    const file: { node: MemoryFile } = this.#database.Module.FS.lookupPath(
      `${this.#directory}/${row?.path}`,
      {},
    ) as never;
    file.node.usedBytes = held * pageBytes;
  }

  /** The planner does not see what is not valid. */
  async #costOf(
    task: PlanTask,
    created: readonly number[],
    seen: readonly number[],
  ): Promise<{ cost: number; used: number[] }> {
    const nameOf = (candidate: number): string => task.candidates[candidate]?.name ?? '';
    for (const candidate of created) {
      await this.#database.exec(
        `UPDATE pg_index SET indisvalid = ${seen.includes(candidate)} WHERE indexrelid = ${text(identifier(nameOf(candidate)))}::regclass`,
      );
    }
    const results = await this.#database.exec(`EXPLAIN (FORMAT JSON, GENERIC_PLAN) ${task.query}`);
    const [row] = (results.at(-1)?.rows ?? []) as { 'QUERY PLAN': unknown }[];
    const plan = row?.['QUERY PLAN'];
    const [root] = (typeof plan === 'string' ? JSON.parse(plan) : plan) as [{ Plan: { 'Total Cost': number } }];
    const told = JSON.stringify(root);
    const used = seen.filter((candidate) => told.includes(`"Index Name":${JSON.stringify(nameOf(candidate))}`));
    return { cost: root.Plan['Total Cost'], used };
  }
}

const rowsOf = async <Row>(database: PGlite, statement: string): Promise<Row[]> =>
  ((await database.exec(statement)).at(-1)?.rows ?? []) as Row[];

const ofValues = ({
  nullFraction,
  widthBytes,
  distinct,
}: Pick<PlannedColumn, 'nullFraction' | 'widthBytes' | 'distinct'>): string =>
  `'inherited', false, 'null_frac', ${nullFraction}::real, 'avg_width', ${Math.round(widthBytes)}, 'n_distinct', ${distinct}::real`;

const expressionStatement = (index: string, expression: PlannedIndex['expressions'][number]): string =>
  `SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', ${text(index)}, 'attnum', ${expression.number}::smallint, ${ofValues(expression)})`;

function statisticsStatement(table: string, column: PlannedColumn): string {
  const { name, mostCommon, bounds } = column;
  const parts = [`'schemaname', 'public', 'relname', ${text(table)}, 'attname', ${text(name)}`, ofValues(column)];
  if (mostCommon.length > 0) {
    const values = text(arrayOf(mostCommon.map(({ value }) => value)));
    const fractions = text(arrayOf(mostCommon.map(({ fraction }) => String(fraction))));
    parts.push(`'most_common_vals', ${values}::text, 'most_common_freqs', ${fractions}::real[]`);
  }
  if (bounds.length > 1) parts.push(`'histogram_bounds', ${text(arrayOf(bounds))}::text`);
  return `SELECT pg_restore_attribute_stats(${parts.join(', ')})`;
}

const arrayOf = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
