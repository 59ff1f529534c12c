/** A bar below a line: what there is room for. As in the page's icon. */
export const Brand = () => (
  <span class="brand">
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path class="line" d="M7 8h18" />
      <path class="bars" d="M10 25v-6M16 25v-10M22 25v-7" />
    </svg>
    Headroom
  </span>
);
