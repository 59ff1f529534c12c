import { z } from 'zod';
import { configFile } from '../../contracts/config/file.ts';

/** The JSON Schema of `headroom.config.yaml`, for editors. */
export const configJsonSchema = (): object => ({
  ...z.toJSONSchema(configFile, { io: 'input', unrepresentable: 'any', override: withoutEmptyBounds }),
  title: 'headroom.config.yaml',
});

/** Bounds that every whole number has say nothing. */
function withoutEmptyBounds({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

export const configSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
