import { objectOf, type Template, type TemplateResource, type TemplateValue } from './parse.ts';

/** What a property is worth as far as it can be told before a deployment. */
export class Values {
  readonly #template: Template;

  constructor(template: Template) {
    this.#template = template;
  }

  ofType(...types: string[]): TemplateResource[] {
    return this.#template.resources.filter(({ type }) => types.includes(type));
  }

  /** SAM's defaults for a kind of resource. */
  globals(kind: string): { [name: string]: TemplateValue } {
    return objectOf(this.#template.globals[kind]);
  }

  /** The value itself, or the default of the parameter that it refers to; undefined: not known. */
  literal(value: TemplateValue | undefined): string | number | boolean | undefined {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    const { Ref } = objectOf(value);
    const parameter = typeof Ref === 'string' ? this.#template.parameters.get(Ref) : undefined;
    return typeof parameter === 'object' ? undefined : parameter;
  }

  number(value: TemplateValue | undefined): number | undefined {
    const literal = this.literal(value);
    if (literal === undefined || literal === '' || typeof literal === 'boolean') return undefined;
    const number = Number(literal);
    return Number.isFinite(number) ? number : undefined;
  }

  text(value: TemplateValue | undefined): string | undefined {
    const literal = this.literal(value);
    return literal === undefined ? undefined : String(literal);
  }

  /** Whether something is said, though it may not be known what. */
  isGiven(value: TemplateValue | undefined): boolean {
    return value !== undefined && value !== null && objectOf(value).Ref !== 'AWS::NoValue';
  }

  /** The logical id of the resource that it refers to. */
  reference(value: TemplateValue | undefined): string | undefined {
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': pattern } = objectOf(value);
    const found =
      typeof Ref === 'string'
        ? Ref
        : Array.isArray(attribute)
          ? attribute[0]
          : typeof attribute === 'string'
            ? attribute.split('.')[0]
            : typeof pattern === 'string'
              ? /\$\{([A-Za-z0-9]+)(?:\.\w+)?\}/.exec(pattern)?.[1]
              : undefined;
    return typeof found === 'string' && this.#template.resources.some(({ logicalId }) => logicalId === found)
      ? found
      : undefined;
  }

  /** Tags, as a list or as a map. */
  isManaged(tags: TemplateValue | undefined): boolean {
    const listed = Array.isArray(tags)
      ? tags.map(objectOf).find(({ Key }) => Key === 'headroom:managed')?.Value
      : objectOf(tags)['headroom:managed'];
    return this.text(listed) === 'true';
  }
}

/** Resources of a template have no ARN yet: in this reading, their logical id stands in its place. */
export const standInArn = (logicalId: string): string => `arn:aws:sqs:template:${logicalId}`;
