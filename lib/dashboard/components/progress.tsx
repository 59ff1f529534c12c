interface ProgressProps {
  label: string;
  /** 0 to 100; undefined: nobody knows. */
  percent?: number | undefined;
  /** What is done now. */
  children?: string | undefined;
}

export const Progress = ({ label, percent, children }: ProgressProps) => (
  <div class="progress">
    <progress aria-label={label} max={100} {...(percent === undefined ? {} : { value: percent })} />
    {children !== undefined && <p>{children}</p>}
  </div>
);
