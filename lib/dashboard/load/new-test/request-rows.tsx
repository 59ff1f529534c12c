import { Button } from '../../components/button.tsx';
import { NumberField, SelectField, TextField } from '../../components/fields.tsx';
import { firstRow, methods, type RequestRow } from './draft.ts';

const methodOptions = methods.map((value) => ({ value, label: value }));

interface RequestRowsProps {
  rows: readonly RequestRow[];
  onRows: (rows: readonly RequestRow[]) => void;
  faultOf: (path: string) => string | undefined;
}

/** What is sent, and how often each compared with the others. */
export function RequestRows({ rows, onRows, faultOf }: RequestRowsProps) {
  const change = (at: number, to: Partial<RequestRow>): void =>
    onRows(rows.map((row, index) => (index === at ? { ...row, ...to } : row)));
  return (
    <div class="request-rows">
      {rows.map((row, index) => (
        <fieldset
          // Rows have nothing else that tells them apart, and are not moved.
          key={index}
        >
          <legend class="unseen">Request {index + 1}</legend>
          <SelectField
            label="Method"
            options={methodOptions}
            value={row.method}
            onValue={(method) => change(index, { method })}
          />
          <TextField
            label="Path"
            required
            fault={faultOf(`body.scenarios.${index}.path`) ?? faultOf(`body.scenarios.${index}.name`)}
            value={row.path}
            onValue={(path) => change(index, { path })}
          />
          <NumberField
            label="Weight"
            min={0}
            step="any"
            fault={faultOf(`body.scenarios.${index}.weight`)}
            value={row.weight}
            onValue={(weight) => change(index, { weight })}
          />
          <Button
            tone="quiet"
            icon="close"
            label={`Leave out request ${index + 1}`}
            disabledBecause={rows.length === 1 ? 'A test needs a request.' : undefined}
            onClick={() => onRows(rows.filter((_, at) => at !== index))}
          />
        </fieldset>
      ))}
      <div>
        <Button icon="add" onClick={() => onRows([...rows, { ...firstRow, path: '/' }])}>
          Add a request
        </Button>
      </div>
    </div>
  );
}
