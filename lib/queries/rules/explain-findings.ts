import type { QueryFinding } from '../../contracts/query-analyses.ts';

/** Fewer rows are read in a moment, by whatever way. */
const manyRows = 10_000;
/** Nobody's plan has more parts, or more levels. */
const maxNodes = 2_000;

type Node = { readonly [member: string]: unknown };

/** What a plan that a database printed says by itself: of PostgreSQL's `FORMAT JSON` and of MySQL's `FORMAT=JSON`. */
export function explainFindings(explain: unknown): QueryFinding[] {
  return nodesIn(explain).flatMap((node) => [...ofPostgresql(node), ...ofMysql(node)]);
}

function nodesIn(root: unknown): Node[] {
  const nodes: Node[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0 && nodes.length < maxNodes) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) nodes.push(next as Node);
    waiting.push(
      ...Object.values(next)
        .filter((each) => typeof each === 'object')
        .reverse(),
    );
  }
  return nodes;
}

const numberOf = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'string' ? Number(value) || 0 : 0;
const nameOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : 'a table');

function ofPostgresql(node: Node): QueryFinding[] {
  const read = numberOf(node['Actual Rows'] ?? node['Plan Rows']) + numberOf(node['Rows Removed by Filter']);
  if (node['Node Type'] === 'Seq Scan' && typeof node.Filter === 'string' && read >= manyRows) {
    return [fullScan(nameOf(node['Relation Name']), read, node.Filter.slice(0, 200))];
  }
  if (node['Sort Space Type'] === 'Disk') {
    return [
      {
        code: 'external-sort',
        severity: 'medium',
        message: `The plan sorts ${numberOf(node['Sort Space Used'])} KB on disk.`,
        recommendation: 'Let an index give the order, sort fewer or narrower rows, or give the session more work_mem.',
      },
    ];
  }
  return [];
}

function ofMysql(node: Node): QueryFinding[] {
  const rows = numberOf(node.rows_examined_per_scan);
  const scans =
    node.access_type === 'ALL' && rows >= manyRows ? [fullScan(nameOf(node.table_name), rows, undefined)] : [];
  if (node.using_filesort !== true) return scans;
  const sort: QueryFinding = {
    code: 'external-sort',
    severity: 'low',
    message: 'The plan sorts the rows (filesort) instead of reading them in order.',
    recommendation: 'End the index that finds the rows with the columns of ORDER BY.',
  };
  return [...scans, sort];
}

const fullScan = (table: string, rows: number, filter: string | undefined): QueryFinding => ({
  code: 'full-scan',
  severity: 'high',
  message: `The plan reads all of ${table}, ${rows} rows${filter === undefined ? '' : `, for ${filter}`}.`,
  recommendation: 'Create the index that is suggested, or one on the columns of the condition.',
});
