/** What a planner is asked. Every statement in it is of our own making, but for the query, of which a grammar has made sure what it is. */
export interface PlanTask {
  tables: PlannedTable[];
  candidates: (PlannedIndex & { holdsAll: boolean })[];
  /** One SELECT, INSERT, UPDATE or DELETE of PostgreSQL, with `$1` and so on where a value is not known. */
  query: string;
  /** Of databases that join no other way. */
  nestedLoopsOnly: boolean;
}

export interface PlannedTable {
  /** As it is called in the statements, without quotes. */
  name: string;
  /** What creates it, and the types that it needs. */
  statements: string[];
  rows: number;
  /** Of 8 KB. */
  pages: number;
  columns: PlannedColumn[];
  indexes: PlannedIndex[];
}

export interface PlannedColumn {
  name: string;
  nullFraction: number;
  widthBytes: number;
  /** As PostgreSQL has it: how many, or with a minus their share of the rows. */
  distinct: number;
  mostCommon: { value: string; fraction: number }[];
  /** From the least to the greatest, as many rows between each two. None: not known. */
  bounds: string[];
}

export interface PlannedIndex {
  /** As it is called in its statement. */
  name: string;
  statement: string;
  /** How many rows it has, as a share of the table's. */
  rowShare: number;
  pages: number;
  rows: number;
  /** Its keys that are expressions, by their number from 1: what they give is known once there is the index. */
  expressions: (Pick<PlannedColumn, 'nullFraction' | 'widthBytes' | 'distinct'> & { number: number })[];
}

/** A candidate by its place in the task. */
export interface PlanStep {
  candidate: number;
  costBefore: number;
  costAfter: number;
  /** The costs are of all that were chosen: one without the others is of little use. */
  isTogether: boolean;
}

export type PlanOutcome =
  /** The cost of the query as things are, the indexes that are worth it in the order in which they were found, and why others are not. */
  | { type: 'planned'; cost: number; chosen: PlanStep[]; rejected: { candidate: number; reason: string }[] }
  /** The planner does not take the query. */
  | { type: 'refused'; reason: string };
