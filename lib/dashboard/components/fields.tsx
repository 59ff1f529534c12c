import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  /** What the API said is wrong with it: `action.faultOf('body.name')`. */
  fault?: string | undefined;
}

interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

function Field({
  label,
  hint,
  fault,
  children,
}: FieldProps & { children: (described: Described) => ComponentChildren }) {
  const id = useId();
  const isDescribed = hint !== undefined || fault !== undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': isDescribed ? `${id}-said` : undefined,
        'aria-invalid': fault !== undefined,
      })}
      {isDescribed && (
        <p id={`${id}-said`} class={fault === undefined ? 'hint' : 'fault'}>
          {fault ?? hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onValue: (value: string) => void;
  name?: string;
  type?: 'text' | 'password' | 'url' | 'search' | 'datetime-local';
  placeholder?: string;
  autocomplete?: string;
  pattern?: string;
  required?: boolean;
  /** A box of so many lines. */
  lines?: number;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, fault, value, onValue, lines, name, placeholder, required } = props;
  const { type = 'text', autocomplete = 'off', pattern } = props;
  const shared = {
    value,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => onValue(currentTarget.value),
    autocomplete,
    ...(name === undefined ? {} : { name }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(required === undefined ? {} : { required }),
  };
  // The types know the attributes of each type of input, and not of one that is chosen.
  const single = { type, ...(pattern === undefined ? {} : { pattern }) } as { type: 'text' };
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(described) =>
        lines === undefined ? (
          <input {...single} {...shared} {...described} />
        ) : (
          <textarea {...shared} {...described} rows={lines} />
        )
      }
    </Field>
  );
}

interface NumberFieldProps extends FieldProps {
  /** Undefined: empty. */
  value: number | undefined;
  onValue: (value: number | undefined) => void;
  unit?: string;
  min?: number;
  max?: number;
  step?: number | 'any';
  required?: boolean;
}

export function NumberField({ label, hint, fault, value, onValue, unit, ...rest }: NumberFieldProps) {
  return (
    <Field label={unit === undefined ? label : `${label} (${unit})`} hint={hint} fault={fault}>
      {(described) => (
        <input
          {...rest}
          {...described}
          type="number"
          inputMode="decimal"
          value={value ?? ''}
          onInput={({ currentTarget: { value: text, valueAsNumber } }) =>
            onValue(text === '' ? undefined : valueAsNumber)
          }
        />
      )}
    </Field>
  );
}

interface SelectFieldProps<Value extends string> extends FieldProps {
  value: Value;
  onValue: (value: Value) => void;
  options: readonly { value: Value; label: string }[];
}

export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, hint, fault, value, onValue, options } = props;
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={({ currentTarget }) => {
            const chosen = options.find((option) => option.value === currentTarget.value);
            if (chosen !== undefined) onValue(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckFieldProps {
  label: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => void;
}

export const CheckField = ({ label, value, onValue }: CheckFieldProps) => (
  <label class="check">
    <input type="checkbox" checked={value} onChange={(event) => onValue(event.currentTarget.checked)} />
    <span>{label}</span>
  </label>
);
