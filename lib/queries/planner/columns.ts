import type { TableStatistics } from '../../contracts/query-analyses.ts';
import type { Schema, Table, TableColumn } from '../schema/model.ts';
import { sameName } from '../schema/model.ts';
import type { PlannedColumn } from './task.ts';

/** A type of any dialect as one of PostgreSQL that plans alike, and how many bytes a value of it has. */
interface PlannedType {
  name: string;
  widthBytes: number;
}

/** The first that the type begins with. What is none of them is text to the planner. */
const types: readonly [RegExp, string, number][] = [
  [/^(bool|tinyint\(1\))/, 'boolean', 1],
  [/^(smallint|int2|smallserial|serial2|tinyint|year)/, 'smallint', 2],
  [/^(bigint|int8|bigserial|serial8|int unsigned|integer unsigned)/, 'bigint', 8],
  [/^(int|integer|int4|serial|serial4|mediumint)\b/, 'integer', 4],
  [/^(real|float4)/, 'real', 4],
  [/^(double|float)/, 'double precision', 8],
  [/^(numeric|decimal|dec|money)/, 'numeric', 8],
  [/^(timestamp with time zone|timestamptz)/, 'timestamptz', 8],
  [/^(timestamp|datetime)/, 'timestamp', 8],
  [/^date$/, 'date', 4],
  [/^(time)/, 'time', 8],
  [/^interval/, 'interval', 16],
  [/^uuid/, 'uuid', 16],
  [/^jsonb/, 'jsonb', 200],
  [/^json/, 'jsonb', 200],
  [/^(bytea|blob|tinyblob|mediumblob|longblob|binary|varbinary)/, 'bytea', 100],
  [/^(inet|cidr)/, 'inet', 12],
  [/^tsvector/, 'tsvector', 200],
  [/^(int4range|int8range|numrange|tsrange|tstzrange|daterange)/, 'int8range', 17],
];

/** An enumeration is planned as the text that it is written as: that compares with any text. */
export function plannedType({ type, typeArguments, isArray }: TableColumn, schema: Schema): PlannedType {
  const base = schema.domains.get(type) ?? type;
  const written = base === 'tinyint' ? `${base}${typeArguments}` : base;
  const found = types.find(([pattern]) => pattern.test(written));
  if (found !== undefined)
    return { name: `${found[1]}${isArray ? '[]' : ''}`, widthBytes: found[2] * (isArray ? 4 : 1) };
  const length = Number(/^\((\d+)\)$/.exec(typeArguments)?.[1] ?? 48);
  return { name: `text${isArray ? '[]' : ''}`, widthBytes: Math.max(1, Math.min(64, Math.round(length / 2))) };
}

const assumedDistinct = { share: -0.1, ofNames: -0.9, kinds: 10, nullFraction: 0.1 } as const;
/** Columns that by their names have few values. */
const ofKinds = /(^|_)(status|state|type|kind|category|role|level|country|currency|gender|priority|enabled|active)$/;

/** And those that, by theirs, hardly any two rows share. */
const ofNames = /(^|_)(e_?mail|uuid|guid|token|slug|sku|hash|username|login|phone|number|reference|key)$/;

/** What the planner is told of a column: what was given, else what its type, its name and its indexes suggest. */
export function plannedColumn(
  column: TableColumn,
  table: Table,
  given: TableStatistics | undefined,
  schema: Schema,
): PlannedColumn {
  const stated = Object.entries(given?.columns ?? {}).find(([name]) => sameName(name, column.name))?.[1];
  const isUnique = table.indexes.some(
    ({ unique, keys }) => unique && keys.length === 1 && sameName(keys[0]?.column ?? '', column.name),
  );
  const labels = schema.enums.get(column.type)?.length ?? column.typeArguments.split("','").length;
  const isEnum = schema.enums.has(column.type) || column.type.startsWith('enum');
  const { name: type, widthBytes } = plannedType(column, schema);
  const assumed = isUnique ? -1 : type === 'boolean' ? 2 : isEnum ? labels : distinctByName(column.name.toLowerCase());
  const mostCommon = (stated?.mostCommon ?? []).map(({ value, sharePercent }) => ({
    value: String(value),
    fraction: sharePercent / 100,
  }));
  return {
    name: column.name,
    nullFraction:
      stated?.nullPercent === undefined
        ? column.notNull
          ? 0
          : assumedDistinct.nullFraction
        : stated.nullPercent / 100,
    widthBytes,
    distinct: stated?.distinctValues ?? assumed,
    mostCommon: mostCommon.filter(({ fraction }) => fraction > 0),
    bounds: boundsOf(stated?.min, stated?.max),
  };
}

const distinctByName = (name: string): number =>
  ofKinds.test(name) ? assumedDistinct.kinds : ofNames.test(name) ? assumedDistinct.ofNames : assumedDistinct.share;

const steps = 20;

/** Numbers are divided evenly; of anything else only the ends are known. */
function boundsOf(min: number | string | undefined, max: number | string | undefined): string[] {
  if (min === undefined || max === undefined || min === max) return [];
  if (typeof min === 'string' || typeof max === 'string') return [String(min), String(max)];
  if (min > max) return [];
  const isWhole = Number.isInteger(min) && Number.isInteger(max);
  const values = Array.from({ length: steps + 1 }, (_, at) => min + ((max - min) * at) / steps);
  return [...new Set(values.map((value) => String(isWhole ? Math.round(value) : value)))];
}
