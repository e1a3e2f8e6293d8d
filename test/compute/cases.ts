import type { Case } from "./cases/case.js";
import { COMPOSED } from "./cases/composed.js";
import { ELEMENTWISE } from "./cases/elementwise.js";
import { INDEXING } from "./cases/indexing.js";
import { LAYOUT } from "./cases/layout.js";
import { PRODUCT } from "./cases/product.js";
import { RANDOM } from "./cases/random.js";
import { REDUCTION } from "./cases/reduction.js";
import { WINDOW } from "./cases/window.js";

/** Every operation, in every form that is computed in another way. */
export const CASES: readonly Case[] = [...ELEMENTWISE, ...REDUCTION, ...LAYOUT, ...INDEXING, ...PRODUCT, ...WINDOW, ...RANDOM, ...COMPOSED];
