import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from './model.ts';

export type AlarmStore = ReturnType<typeof openAlarmStore>;

export function openAlarmStore(database: DatabaseSync) {
  database.exec('CREATE TABLE IF NOT EXISTS alarm (name TEXT PRIMARY KEY, alarm TEXT NOT NULL) WITHOUT ROWID');
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.alarm)) as Alarm;
  return {
    put(alarm: Alarm): void {
      database.prepare('INSERT OR REPLACE INTO alarm VALUES (?, ?)').run(alarm.AlarmName, JSON.stringify(alarm));
    },
    get(name: string): Alarm | undefined {
      const row = database.prepare('SELECT alarm FROM alarm WHERE name = ?').get(name);
      return row && parse(row);
    },
    /** By name. */
    list(): readonly Alarm[] {
      return database.prepare('SELECT alarm FROM alarm ORDER BY name').all().map(parse);
    },
    delete(name: string): void {
      database.prepare('DELETE FROM alarm WHERE name = ?').run(name);
    },
  };
}
