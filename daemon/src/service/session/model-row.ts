/** A model in ListModels of the contract: its keys and types. */
import type { Variant } from '../../generated/contract.js';
import type { ModelRow } from './ports.js';

export function toModelDictionary(row: ModelRow): Record<string, Variant> {
  const text = (value: string): Variant => ({ signature: 's', value });
  return {
    name: text(row.name),
    title: text(row.title),
    licence: text(row.licence),
    source: text(row.source),
    usable: { signature: 'b', value: row.usable },
    problem: text(row.problem),
    width: { signature: 'u', value: row.width },
    height: { signature: 'u', value: row.height },
    output: text(row.output),
    crop: text(row.crop),
  };
}
