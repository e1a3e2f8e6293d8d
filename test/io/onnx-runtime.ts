import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a model is run on. */
export interface RuntimeJob {
  readonly model: Uint8Array;
  /** Inputs of each run by label. */
  readonly runs: readonly Readonly<Record<string, RuntimeArray>>[];
}

export interface RuntimeArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What onnxruntime says of a model. */
export interface RuntimeReport {
  /** Why it would not load or run. */
  readonly error?: string;
  readonly inputs?: readonly { readonly name: string; readonly shape: readonly (number | string | null)[]; readonly type: string }[];
  readonly outputs?: RuntimeReport["inputs"];
  readonly about?: Readonly<Record<string, unknown>>;
  /** Outputs of each run by label. */
  readonly runs?: readonly Readonly<Record<string, RuntimeArray>>[];
}

const SCRIPT = `
import base64, json, sys
import numpy, onnxruntime
onnxruntime.set_default_logger_severity(3)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1

def told(values):
    return [{"name": v.name, "shape": v.shape, "type": v.type} for v in values]

def report(job):
    session = onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])
    names = [v.name for v in session.get_outputs()]
    runs = []
    for run in job["runs"]:
        given = {k: numpy.frombuffer(base64.b64decode(a["data"]), numpy.float32).reshape(a["shape"]) for k, a in run.items()}
        # What was not computed from the input keeps no mark of it.
        found = session.run(names, {v.name: given[v.name] for v in session.get_inputs()})
        runs.append({n: {"shape": a.shape, "data": base64.b64encode(a.tobytes()).decode()} for n, a in zip(names, found)})
    meta = session.get_modelmeta()
    about = {"producer": meta.producer_name, "graph": meta.graph_name, "description": meta.description, "metadata": meta.custom_metadata_map}
    return {"inputs": told(session.get_inputs()), "outputs": told(session.get_outputs()), "about": about, "runs": runs}

reports = []
for job in json.load(sys.stdin):
    try:
        reports.append(report(job))
    except Exception as error:
        reports.append({"error": str(error)})
print(json.dumps(reports))
`;

/** Runs all models in one process, on one thread. */
export function runOnnx(python: string, jobs: readonly RuntimeJob[]): RuntimeReport[] {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  try {
    const asked = jobs.map(({ model, runs }, i) => {
      const path = join(folder, `${i}.onnx`);
      writeFileSync(path, model);
      return { model: path, runs: runs.map((run) => mapValues(run, ({ shape, values }) => ({ shape, data: toBase64(values) }))) };
    });
    const answer = execFileSync(python, ["-c", SCRIPT], { input: JSON.stringify(asked), encoding: "utf8", maxBuffer: 2 ** 28 });
    return (JSON.parse(answer) as Answer[]).map(({ runs, ...rest }) => ({
      ...rest,
      ...(runs && { runs: runs.map((run) => mapValues(run, ({ shape, data }) => ({ shape, values: fromBase64(data) }))) }),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Answer = Omit<RuntimeReport, "runs"> & { readonly runs?: readonly Readonly<Record<string, { shape: number[]; data: string }>>[] };

const toBase64 = (values: Float32Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");

const fromBase64 = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

const mapValues = <From, To>(record: Readonly<Record<string, From>>, f: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
