interface ChooserProps<Value extends string> {
  /** What is chosen, for who cannot see it. */
  label: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onValue: (value: Value) => void;
}

/** One of a few, side by side. */
export const Chooser = <Value extends string>({ label, options, value, onValue }: ChooserProps<Value>) => (
  <fieldset class="chooser">
    <legend class="unseen">{label}</legend>
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onValue(option.value)}
      >
        {option.label}
      </button>
    ))}
  </fieldset>
);
