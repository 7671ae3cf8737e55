import { OverBudget, StructureBudget } from '../shared/structure-budget.js';
import { badModel } from './bad-model.js';

/** Fields, tables and numbers of one file: ten times what the largest network that is useful here has, and 50 ms of reading. */
const LIMITS = { elements: 1 << 18, bytes: Number.POSITIVE_INFINITY, milliseconds: 5000 } as const;

/** What may be looked at of one model file. Readers have to bring it for each look. */
export class ModelBudget {
  readonly #budget = new StructureBudget(LIMITS);

  get elements(): number {
    return this.#budget.elements;
  }

  /** @throws BackscrubError BadModel */
  spend(elements: number): void {
    try {
      this.#budget.spend(elements, 0);
    } catch (error) {
      if (error instanceof OverBudget) throw badModel(`it ${error.message}`);
      throw error;
    }
  }
}
