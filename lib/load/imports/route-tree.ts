import { looksLikeValue, valuePlaceholder } from '../../contracts/route-pattern.ts';

/** More different names than this in one place are values: of products by their name, say. */
const maxNames = 50;
/** Of all places: what comes beyond is taken for values. */
const maxPlaces = 100_000;

/** Where a segment of a path may stand. */
class Place {
  readonly names = new Map<string, Place>();
  values: Place | undefined;
  /** There were too many names: all are values. */
  isWide = false;
}

/**
 * Learns from the paths of a log which segments are names, and which are values: those that look like it, and those that
 * stand where there is a great number of different ones.
 */
export class RouteTree {
  readonly #root = new Place();
  #places = 1;

  learn(segments: readonly string[]): void {
    let place = this.#root;
    for (const segment of segments) place = this.#goOn(place, segment);
  }

  /** `['orders', '4711', 'items']` gives `['orders', ':id', 'items']`. */
  patternOf(segments: readonly string[]): string[] {
    let place: Place | undefined = this.#root;
    return segments.map((segment) => {
      const name: Place | undefined = place?.isWide || looksLikeValue(segment) ? undefined : place?.names.get(segment);
      place = name ?? place?.values;
      return name === undefined ? valuePlaceholder : segment;
    });
  }

  #goOn(place: Place, segment: string): Place {
    const known = place.names.get(segment);
    if (known !== undefined) return known;
    if (place.isWide || looksLikeValue(segment) || this.#places >= maxPlaces) return this.#valuesOf(place);
    if (place.names.size >= maxNames) {
      this.#widen(place);
      return this.#valuesOf(place);
    }
    const next = this.#create();
    place.names.set(segment, next);
    return next;
  }

  #valuesOf(place: Place): Place {
    place.values ??= this.#create();
    return place.values;
  }

  #create(): Place {
    this.#places++;
    return new Place();
  }

  #widen(place: Place): void {
    const values = this.#valuesOf(place);
    place.isWide = true;
    for (const named of place.names.values()) this.#merge(values, named);
    place.names.clear();
  }

  /** As deep as paths are. */
  #merge(into: Place, from: Place): void {
    if (from.isWide && !into.isWide) this.#widen(into);
    for (const [name, next] of from.names) this.#merge(this.#goOn(into, name), next);
    if (from.values !== undefined) this.#merge(this.#valuesOf(into), from.values);
  }
}
