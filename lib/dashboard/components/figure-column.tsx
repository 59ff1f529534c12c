import type { Unit } from '../../pages/units.ts';
import type { Column } from './data-table.tsx';
import { Figure } from './figure.tsx';

/** A column of one figure of each row, to be sorted by. */
export const figureColumn = <Row,>(
  header: string,
  unit: Unit,
  measured: (row: Row) => number | undefined,
): Column<Row> => ({
  header,
  kind: 'number',
  sortBy: measured,
  cell: (row) => <Figure value={measured(row)} unit={unit} />,
});
