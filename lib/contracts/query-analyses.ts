import { z } from 'zod';
import { json } from './json.ts';
import { percent } from './names.ts';

/** Whose language a query is written in. */
export const queryDialects = ['postgresql', 'mysql', 'sqlite', 'mongodb'] as const;
export const queryDialect = z.enum(queryDialects);
export type QueryDialect = z.output<typeof queryDialect>;

/** Beyond these a text is refused before any grammar reads it. */
export const queryLimits = {
  queryCharacters: 20_000,
  schemaCharacters: 200_000,
  tables: 200,
  parameters: 1_000,
} as const;

const name = z.string().min(1).max(200);
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);

const columnStatistics = z
  .strictObject({
    distinctValues: z.number().int().min(1).optional(),
    nullPercent: percent.optional(),
    min: z
      .union([z.number(), z.string().max(100)])
      .optional()
      .describe('With `max`: between them, values are taken to be spread evenly'),
    max: z.union([z.number(), z.string().max(100)]).optional(),
    mostCommon: z
      .array(z.strictObject({ value: scalar, sharePercent: percent }))
      .max(100)
      .optional()
      .describe('The values that are found most, with their share of all rows'),
  })
  .meta({ id: 'ColumnStatistics' });

const tableStatistics = z
  .strictObject({
    rows: z.number().int().min(0).max(1e12),
    avgRowBytes: z.number().int().min(1).max(100_000).optional(),
    columns: z.record(name, columnStatistics).optional(),
  })
  .meta({ id: 'TableStatistics' });
export type TableStatistics = z.output<typeof tableStatistics>;

const queryStatistics = z
  .strictObject({
    tables: z.record(name, tableStatistics).default({}).describe('By table, or by collection of MongoDB'),
    readsPerMinute: z.number().min(0).optional().describe('How often the query runs'),
    writesPerMinute: z.number().min(0).optional().describe('How often what it reads changes'),
  })
  .meta({ id: 'QueryStatistics' });
export type QueryStatistics = z.output<typeof queryStatistics>;

const document = z.record(z.string(), json);
/** Which way a field is sorted or indexed: 1, -1, or a kind of index such as `text`. */
const directions = z.record(name, z.union([z.number(), z.string(), z.record(z.string(), json)]));

const mongoFind = z.strictObject({
  find: name.describe('The collection'),
  filter: document.optional(),
  sort: directions.optional(),
  projection: document.optional(),
  skip: z.number().int().min(0).optional(),
  limit: z.number().int().optional(),
});
const mongoAggregate = z.strictObject({
  aggregate: name.describe('The collection'),
  pipeline: z.array(document).max(200),
});

export const mongoQuery = z
  .union([mongoFind, mongoAggregate], {
    error:
      'A query of MongoDB is the command as an object: { "find": "orders", "filter": { ... }, "sort", "projection", "skip", "limit" } or { "aggregate": "orders", "pipeline": [ ... ] }',
  })
  .meta({ id: 'MongoQuery' });
export type MongoQuery = z.output<typeof mongoQuery>;

const mongoCollection = z.strictObject({
  indexes: z
    .array(
      z.strictObject({
        key: directions,
        name: name.optional(),
        unique: z.boolean().optional(),
        sparse: z.boolean().optional(),
        partialFilterExpression: document.optional(),
      }),
    )
    .max(100)
    .default([])
    .describe('As `getIndexes()` tells; `_id` has its own anyway'),
});
const mongoSchema = z.record(name, mongoCollection).meta({ id: 'MongoSchema' });
export type MongoSchema = z.output<typeof mongoSchema>;

const ofSql = <Dialect extends Exclude<QueryDialect, 'mongodb'>>(dialect: Dialect) =>
  z.strictObject({
    dialect: z.literal(dialect),
    query: z.string().min(1).max(queryLimits.queryCharacters).describe('One statement'),
    parameters: z.array(scalar).max(queryLimits.parameters).optional().describe('Values of its placeholders, in order'),
    schema: z
      .string()
      .max(queryLimits.schemaCharacters)
      .optional()
      .describe('DDL: what creates the tables and indexes'),
    statistics: queryStatistics.optional(),
    explain: json.optional().describe('What `EXPLAIN (FORMAT JSON)`, or `FORMAT=JSON`, printed for it'),
  });

export const queryAnalysisRequest = z
  .discriminatedUnion('dialect', [
    ofSql('postgresql'),
    ofSql('mysql'),
    ofSql('sqlite'),
    z.strictObject({
      dialect: z.literal('mongodb'),
      query: mongoQuery,
      schema: mongoSchema.optional().describe('The collections with their indexes'),
      statistics: queryStatistics.optional(),
      explain: json.optional().describe('What `explain("executionStats")` printed for it'),
    }),
  ])
  .meta({ id: 'QueryAnalysisRequest' });
export type QueryAnalysisRequest = z.output<typeof queryAnalysisRequest>;
export type SqlAnalysisRequest = Exclude<QueryAnalysisRequest, { dialect: 'mongodb' }>;
export type MongoAnalysisRequest = Extract<QueryAnalysisRequest, { dialect: 'mongodb' }>;

export const findingCodes = [
  'select-star',
  'leading-wildcard',
  'function-on-column',
  'implicit-cast',
  'offset-paging',
  'not-in-nulls',
  'cartesian-join',
  'random-order',
  'or-across-columns',
  'missing-limit',
  'no-where',
  'contradictory-join',
  'having-without-group',
  'union-removes-duplicates',
  'literals-in-text',
  'full-scan',
  'external-sort',
  'range-before-sort',
  'late-match',
  'late-project',
  'unindexed-lookup',
  'missing-projection',
  'javascript-where',
  'unanchored-regex',
  'negated-filter',
  'unwind-before-match',
] as const;

export const queryFinding = z
  .object({
    code: z.enum(findingCodes),
    severity: z.enum(['low', 'medium', 'high']),
    message: z.string(),
    position: z
      .object({
        offset: z.number().int().min(0).describe('From the beginning of the query, in UTF-16 code units'),
        length: z.number().int().min(0),
        line: z.number().int().min(1),
        column: z.number().int().min(1).describe('In UTF-16 code units'),
      })
      .optional()
      .describe('Of SQL, in its text'),
    path: z.string().optional().describe('Of MongoDB: `pipeline.0.$match.status`'),
    recommendation: z.string(),
  })
  .meta({ id: 'QueryFinding' });
export type QueryFinding = z.output<typeof queryFinding>;

export const indexKinds = [
  'equality',
  'range',
  'order',
  'join',
  'group',
  'partial',
  'expression',
  'covering',
  'trigram',
  'inverted',
] as const;
export type IndexKind = (typeof indexKinds)[number];

export const indexSuggestion = z
  .object({
    ddl: z.string().describe('Ready to be run: of MongoDB a `createIndex` for its shell'),
    table: z.string(),
    columns: z.array(z.string()).describe('What it is sorted by, in order; expressions as they are written'),
    kind: z.enum(indexKinds),
    reason: z.string(),
    costBefore: z.number().optional().describe("In the planner's units, with the suggestions above it in place"),
    costAfter: z.number().optional(),
    improvementPercent: percent.optional(),
    checkedBy: z.literal('postgresql').optional().describe('Whose planner chose it; absent: by rules alone'),
  })
  .meta({ id: 'IndexSuggestion' });
export type IndexSuggestion = z.output<typeof indexSuggestion>;

export const queryComplexity = z
  .object({
    score: z.number().int().min(0).max(100),
    level: z.enum(['simple', 'moderate', 'complex', 'very-complex']),
    tables: z.number().int(),
    joins: z.number().int(),
    subqueries: z.number().int(),
    conditions: z.number().int(),
    aggregations: z.number().int(),
    sorts: z.number().int(),
    setOperations: z.number().int().describe('UNION and its kin; of MongoDB also `$facet` and `$unionWith`'),
  })
  .meta({ id: 'QueryComplexity' });
export type QueryComplexity = z.output<typeof queryComplexity>;

export const queryAnalysis = z
  .object({
    dialect: queryDialect,
    fingerprint: z.string(),
    statement: z.string().describe('`select`, `update`, `find`, `aggregate`, ...'),
    complexity: queryComplexity,
    findings: z.array(queryFinding),
    indexSuggestions: z.array(indexSuggestion),
    rejectedSuggestions: z
      .array(z.object({ ddl: z.string(), reason: z.string() }))
      .describe('What the rules thought of, and the planner had no use for'),
    planning: z.object({
      checkedBy: z.literal('postgresql').optional(),
      cost: z.number().optional().describe('Of the query as things are'),
      assumptions: z.array(z.string()).describe('What was not given, and taken to be so'),
      unchecked: z.string().optional().describe('Why no planner was asked'),
    }),
    parameterization: z.object({
      parameterized: z.boolean().describe('No value stands in its text'),
      text: z.string().describe('The query with a placeholder for each value; of MongoDB its shape'),
      parameters: z.array(z.object({ name: z.string(), value: json })),
    }),
    caching: z.object({
      advice: z.enum(['cache', 'cache-briefly', 'do-not-cache', 'depends']),
      ttlSeconds: z.number().int().optional(),
      reason: z.string(),
    }),
  })
  .meta({ id: 'QueryAnalysis' });
export type QueryAnalysis = z.output<typeof queryAnalysis>;
