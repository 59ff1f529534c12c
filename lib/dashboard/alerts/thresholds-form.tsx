import { useState } from 'preact/hooks';
import type { Threshold, ThresholdName, ThresholdPreset, Thresholds } from '../../contracts/thresholds.ts';
import { useAction } from '../api/use-action.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Chooser } from '../components/chooser.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { NumberField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { presets } from './alert-kinds.evaluated.ts';
import { departing, type EditedThreshold, type EditedThresholds } from './edited-thresholds.ts';

interface ThresholdsFormProps {
  project: string;
  inForce: Thresholds;
  onSaved: () => void;
}

const presetOptions: readonly { value: ThresholdPreset; label: string }[] = [
  { value: 'default', label: 'Default' },
  { value: 'development', label: 'Development' },
  { value: 'production', label: 'Production' },
];

const rows: readonly { name: ThresholdName; label: string; unit: string }[] = [
  { name: 'slowRequestMs', label: 'Average response time, at most', unit: 'ms' },
  { name: 'slowQueryMs', label: 'Average query time, at most', unit: 'ms' },
  { name: 'errorRatePercent', label: 'Failed requests, at most', unit: '%' },
  { name: 'cpuPercent', label: 'CPU of an instance, at most', unit: '%' },
  { name: 'memoryPercent', label: 'Memory of an instance, at most', unit: '%' },
  { name: 'highMemoryMb', label: 'Memory of an instance, at most', unit: 'MB' },
  { name: 'cacheHitRatePercent', label: 'Cache hits, at least', unit: '%' },
];

/** A preset, and what departs from it. */
export function ThresholdsForm({ project, inForce, onSaved }: ThresholdsFormProps) {
  const api = useApi();
  const tell = useToast();
  const [preset, setPreset] = useState(inForce.preset);
  const [edited, setEdited] = useState<EditedThresholds>(inForce);
  const { reason } = useAllowed('putThresholds');
  const save = useAction(async () => {
    const body = { preset, ...departing(edited, presets[preset]) };
    await api.call('putThresholds', { params: { project }, body });
    tell('The thresholds are in force.');
    onSaved();
  });
  const choose = (next: ThresholdPreset): void => {
    setPreset(next);
    setEdited(presets[next]);
  };
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <Chooser label="Preset" options={presetOptions} value={preset} onValue={choose} />
      {rows.map(({ name, label, unit }) => {
        const own = edited[name] ?? {};
        const usual = presets[preset][name];
        const set = (change: EditedThreshold): void => setEdited({ ...edited, [name]: { ...own, ...change } });
        return (
          <fieldset key={name} class="threshold">
            <legend class="unseen">
              {label} ({unit})
            </legend>
            <NumberField
              label={label}
              unit={unit}
              min={0}
              step="any"
              fault={save.faultOf(`body.${name}.value`)}
              value={own.value}
              onValue={(value) => set({ value })}
            />
            <NumberField
              label="For"
              unit="min"
              min={1}
              max={60}
              fault={save.faultOf(`body.${name}.forMinutes`)}
              value={own.forMinutes}
              onValue={(forMinutes) => set({ forMinutes })}
            />
            <Departure own={own} usual={usual} unit={unit} onBack={() => setEdited({ ...edited, [name]: usual })} />
          </fieldset>
        );
      })}
      <ErrorNote error={save.error} />
      <div class="buttons">
        <Button tone="primary" type="submit" disabledBecause={reason} isPending={save.isPending}>
          Save the thresholds
        </Button>
      </div>
    </form>
  );
}

interface DepartureProps {
  own: EditedThreshold;
  usual: Threshold | undefined;
  unit: string;
  onBack: () => void;
}

function Departure({ own, usual, unit, onBack }: DepartureProps) {
  if (usual === undefined && own.value === undefined) return <span class="note">not watched</span>;
  if (usual?.value === own.value && usual?.forMinutes === own.forMinutes)
    return <span class="note">as the preset</span>;
  return (
    <span>
      <Badge tone="doubtful">your own</Badge>{' '}
      <Button tone="quiet" onClick={onBack}>
        {usual === undefined ? 'Do not watch' : `Back to ${usual.value} ${unit} for ${usual.forMinutes} min`}
      </Button>
    </span>
  );
}
