import { type Executable, type Shape, sizeOf, type Values } from "../../compute/index.js";
import { DomainError, ShapeError } from "../../errors.js";

/** Arrays by name with a common number of rows. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  /** Row-major. */
  readonly values: ArrayLike<number>;
  /** Shape of a row. */
  readonly rowShape: Shape;
  /** Numbers in a row. */
  readonly size: number;
}

/** Some rows of a table: `rows[start]` to `rows[start + count - 1]`. */
export interface Batch {
  readonly rows: Uint32Array;
  readonly start: number;
  readonly count: number;
}

/**
 * Checks the arrays that training is given.
 *
 * @param argument - What the user calls them.
 */
export function makeTable(argument: string, data: Readonly<Record<string, Values>>): Table {
  const columns = Object.entries(data).map(([name, values]) => makeColumn(`${argument}.${name}`, name, values));
  const [first] = Object.values(data);
  if (!first) throw new DomainError("train", argument, data, "at least one array by name");
  const rows = first.shape[0]!;
  for (const { name } of columns) {
    const { shape } = data[name]!;
    if (shape[0] !== rows) throw refuse(`${argument}.${name}`, shape, `[${rows}, ...], as many rows as ${columns[0]!.name} has`);
  }
  if (rows === 0) throw refuse(`${argument}.${columns[0]!.name}`, first.shape, "at least one row");
  return { rows, columns };
}

function makeColumn(argument: string, name: string, { shape, values }: Values): Column {
  if (shape.length === 0) throw refuse(argument, shape, "[N, ...], rows first");
  if (values.length !== sizeOf(shape))
    throw refuse(argument, [values.length], `${sizeOf(shape)} numbers for the shape [${shape.join(", ")}]`);
  const rowShape = shape.slice(1);
  const size = sizeOf(rowShape);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const advice = `row ${Math.floor(i / size)} has it: leave such rows out, and find out where they come from`;
    throw new DomainError("train", argument, values[i], "finite numbers", advice);
  }
  return { name, values, rowShape, size };
}

/** Refuses validation data that are not named and shaped as the data. */
export function assertAlike(data: Table, validation: Table): void {
  const names = (table: Table) => table.columns.map(({ name }) => name).sort();
  if (names(data).join() !== names(validation).join()) {
    throw new DomainError("train", "validationData", names(validation), `arrays named ${names(data).join(", ")}, as in data`);
  }
  for (const { name, rowShape } of data.columns) {
    const other = validation.columns.find((column) => column.name === name)!;
    if (other.rowShape.join() === rowShape.join()) continue;
    throw refuse(`validationData.${name}`, [validation.rows, ...other.rowShape], `[N, ${rowShape.join(", ")}], as in data`);
  }
}

/** Shapes of the inputs for a batch of so many rows. */
export function batchShapes({ columns }: Table, count: number): Record<string, Shape> {
  return Object.fromEntries(columns.map(({ name, rowShape }) => [name, [count, ...rowShape]]));
}

/** A batch as arrays of its own. */
export function batchValues({ columns }: Table, { rows, start, count }: Batch): Record<string, Values> {
  const of = ({ values, rowShape, size }: Column): Values => ({
    shape: [count, ...rowShape],
    values: Float64Array.from({ length: count * size }, (_, i) => values[rows[start + Math.floor(i / size)]! * size + (i % size)]!),
  });
  return Object.fromEntries(columns.map((column) => [column.name, of(column)]));
}

/** Copies a batch to where the executable reads it. */
export function fillBatch(executable: Executable, { columns }: Table, { rows, start, count }: Batch): void {
  for (const { name, values, size } of columns) {
    const target = executable.input(name);
    let to = 0;
    for (let i = start; i < start + count; i++) {
      const from = rows[i]! * size;
      for (let j = 0; j < size; j++) target[to++] = values[from + j]!;
    }
  }
}

function refuse(argument: string, shape: Shape, expected: string): ShapeError {
  return new ShapeError("train", argument, `[${shape.join(", ")}]`, expected, "check the arrays");
}
