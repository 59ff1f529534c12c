import { Button } from '../components/button.tsx';
import { SelectField, TextField } from '../components/fields.tsx';
import { type ConfigurationRow, configurationRow, maxConfigurations, minConfigurations } from './comparison-draft.ts';

interface ConfigurationRowsProps {
  projects: readonly string[];
  rows: readonly ConfigurationRow[];
  onRows: (rows: readonly ConfigurationRow[]) => void;
  faultOf: (path: string) => string | undefined;
}

/** What is compared: services, or one service at several addresses. */
export function ConfigurationRows({ projects, rows, onRows, faultOf }: ConfigurationRowsProps) {
  const change = (at: number, to: Partial<ConfigurationRow>): void =>
    onRows(rows.map((row, index) => (index === at ? { ...row, ...to } : row)));
  const last = rows.at(-1)?.project ?? projects[0] ?? '';
  return (
    <div class="configuration-rows">
      {rows.map((row, index) => (
        <fieldset
          // Rows have nothing else that tells them apart, and are not moved.
          key={index}
        >
          <legend class="unseen">Configuration {index + 1}</legend>
          <TextField
            label="Name"
            required
            fault={faultOf(`body.configurations.${index}.name`)}
            value={row.name}
            onValue={(name) => change(index, { name })}
          />
          <SelectField
            label="Project"
            fault={faultOf(`body.configurations.${index}.project`)}
            options={projects.map((value) => ({ value, label: value }))}
            value={row.project}
            onValue={(project) => change(index, { project })}
          />
          <TextField
            label="Address"
            type="url"
            placeholder="the project’s own"
            fault={faultOf(`body.configurations.${index}.baseUrl`)}
            value={row.baseUrl}
            onValue={(baseUrl) => change(index, { baseUrl })}
          />
          <Button
            tone="quiet"
            icon="close"
            label={`Leave out configuration ${index + 1}`}
            disabledBecause={rows.length === minConfigurations ? 'A comparison is of two at the least.' : undefined}
            onClick={() => onRows(rows.filter((_, at) => at !== index))}
          />
        </fieldset>
      ))}
      <div>
        <Button
          icon="add"
          disabledBecause={rows.length === maxConfigurations ? 'A comparison is of five at most.' : undefined}
          onClick={() => onRows([...rows, configurationRow(rows.length, last)])}
        >
          Add a configuration
        </Button>
      </div>
    </div>
  );
}
