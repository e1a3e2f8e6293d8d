/**
 * A process of its own for one compilation, as in a notebook that has just begun: nothing is warm, not even the JavaScript.
 * Arguments: a workload, a backend, other numbers of rows. Prints the milliseconds of each as JSON.
 *
 * @module
 */
import { type BackendName, backend, type Shape } from "../../compute/index.js";
import { workloads } from "./workloads.js";

const [name, engine, ...others] = process.argv.slice(2);
const { inputs, on } = workloads()
  .find((work) => work.name === name)!
  .make();
const program = on(await backend(engine as BackendName));

function milliseconds(shapes: Readonly<Record<string, Shape>>): number {
  const start = performance.now();
  program.at(shapes);
  return performance.now() - start;
}

const withRows = (rows: number) => Object.fromEntries(Object.entries(inputs).map(([label, shape]) => [label, shape.with(0, rows)]));
console.log(JSON.stringify([inputs, ...others.map(Number).map(withRows)].map(milliseconds)));
