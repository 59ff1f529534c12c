/** Members that are still used elsewhere: being in it keeps none alive. */
export class LivingSet<Member extends object> implements Iterable<Member> {
  readonly #references = new Set<WeakRef<Member>>();
  readonly #gone = new FinalizationRegistry<WeakRef<Member>>((reference) => this.#references.delete(reference));

  add(member: Member): void {
    const reference = new WeakRef(member);
    this.#references.add(reference);
    this.#gone.register(member, reference);
  }

  *[Symbol.iterator](): Iterator<Member> {
    for (const reference of this.#references) {
      const member = reference.deref();
      if (member !== undefined) yield member;
    }
  }
}
