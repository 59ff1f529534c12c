import type { ModuleLoads } from '../module-loads.ts';
import type { OwnErrors } from '../own-errors.ts';
import { watchBetterSqlite } from './better-sqlite.ts';
import { watchMongodb } from './mongodb.ts';
import { watchMysql } from './mysql.ts';
import { watchNodeSqlite } from './node-sqlite.ts';
import { watchPostgresql } from './postgresql.ts';
import { QueryLog, type ReportQuery } from './query-log.ts';
import { queryLogs } from './query-logs.ts';
import { watchRedis } from './redis.ts';

/** Reports every call to a database by a driver that is known, from now on. Drivers are found when they are loaded. */
export function watchDatabases(report: ReportQuery, loads: ModuleLoads, errors: OwnErrors): void {
  const log = new QueryLog(report, errors);
  queryLogs.add(log);
  watchNodeSqlite(log);
  watchBetterSqlite(loads, log);
  watchPostgresql(loads, log);
  watchMysql(loads, log);
  watchMongodb(loads, log);
  watchRedis(loads, log);
}
