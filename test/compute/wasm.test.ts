import { backend } from "../../src/compute/index.js";
import { lawsOf } from "./laws.js";

lawsOf("wasm", () => backend("wasm"));
