const maxNameLength = 100;

/** Names that a report tells apart: the second `GET /orders` is `GET /orders 2`. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let name = wanted;
    for (let copy = 2; this.#taken.has(name); copy++) {
      const suffix = ` ${copy}`;
      name = wanted.slice(0, maxNameLength - suffix.length) + suffix;
    }
    this.#taken.add(name);
    return name;
  }
}
