import type { Engine } from "../../kernel-ext/src/engine/engine.js";

export function tinyEngine(): Engine;
