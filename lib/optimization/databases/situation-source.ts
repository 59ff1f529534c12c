import { queryLimits } from '../../contracts/query-analyses.ts';
import { DomainError } from '../../platform/errors.ts';
import { readSchema } from '../../queries/schema/read-schema.ts';
import { UnreadableQuery } from '../../queries/sql/unreadable.ts';
import type { SituationSource } from '../situation-source.ts';
import { type KnownDatabase, queryAdviceOn } from './query-advice.ts';
import type { DatabaseService } from './service.ts';

/** Advice on slow queries, by rules and by the schemas of the databases that are registered. */
export const queryAdviceSource = (databases: Pick<DatabaseService, 'systems' | 'within'>): SituationSource => ({
  name: 'query advice',
  async read({ project }, telemetry) {
    const told = await telemetry;
    if (told.queries.length === 0) return {};
    const known = await Promise.all(
      [...(await databases.systems(project))].map(([name, system]) => knownOf(databases, project, { name, system })),
    );
    return { queryAdvice: await queryAdviceOn(told, known) };
  },
});

/** One that does not answer is known by its name: a run will say what is wrong with it. */
async function knownOf(
  databases: Pick<DatabaseService, 'within'>,
  project: string,
  { name, system }: KnownDatabase,
): Promise<KnownDatabase> {
  try {
    const ddl = await databases.within(project, name, (database) => database.schema(queryLimits.schemaCharacters));
    return { name, system, schema: await readSchema(ddl, system) };
  } catch (error) {
    if (error instanceof DomainError || error instanceof UnreadableQuery) return { name, system };
    throw error;
  }
}
