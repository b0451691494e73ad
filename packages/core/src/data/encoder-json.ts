import { readChoice, readFlag, readList, readNumber, readObject, readText } from './check-json.js';
import type { Encoder, FeatureCode } from './encode.js';

/**
 * Reads an encoder from the JSON it was stored as.
 *
 * @param path names the value in errors
 * @throws when a field is missing or makes no sense; the error names it
 */
export function readEncoder(json: unknown, path = 'encoder'): Encoder {
  return { features: readList(readObject(json, path).features, `${path}.features`, readFeature) };
}

function readFeature(json: unknown, path: string): FeatureCode {
  const fields = readObject(json, path);
  const kind = readChoice(fields.kind, `${path}.kind`, ['number', 'boolean', 'date', 'text']);
  const name = readText(fields.name, `${path}.name`);
  const indicator = readFlag(fields.indicator, `${path}.indicator`);
  if (kind === 'text') {
    const levels = readList(fields.levels, `${path}.levels`, readText);
    const pooled = readNumber(fields.pooled, `${path}.pooled`, 0);
    const fill = fields.fill === null ? null : readChoice(fields.fill, `${path}.fill`, levels);
    return { kind, name, levels, pooled, fill, indicator };
  }
  const mean = readNumber(fields.mean, `${path}.mean`);
  const std = readNumber(fields.std, `${path}.std`, 0);
  const fill = readNumber(fields.fill, `${path}.fill`);
  if (kind !== 'date') return { kind, name, mean, std, fill, indicator };
  const unit = readChoice(fields.unit, `${path}.unit`, ['days', 'year']);
  const origin = readNumber(fields.origin, `${path}.origin`);
  return { kind, name, unit, origin, mean, std, fill, indicator };
}
