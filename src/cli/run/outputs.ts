import type { Output } from "./notebook-file.js";

/** What a kernel says on iopub while a cell runs: the type and the content of a message. */
export interface OutputMessage {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Messages that are outputs of a cell, and the fields that nbformat keeps of them. */
const OUTPUT_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["stream", ["name", "text"]],
  ["display_data", ["data", "metadata"]],
  ["execute_result", ["execution_count", "data", "metadata"]],
  ["error", ["ename", "evalue", "traceback"]],
]);

/**
 * Gathers a notebook's outputs from iopub messages, with the rules of a front end: neighbouring pieces of one stream join,
 * clear_output clears (with `wait`: when the next output comes), update_display_data changes every output of that display id.
 */
export class OutputCollector {
  readonly #displays = new Map<string, Extract<Output, { output_type: "display_data" | "execute_result" }>[]>();
  #outputs: Output[] = [];
  #clearOnNext = false;

  /** Directs what follows into this list, a cell's own. */
  begin(outputs: Output[]): void {
    this.#outputs = outputs;
    this.#clearOnNext = false;
  }

  take({ type, content }: OutputMessage): void {
    if (type === "update_display_data") this.#update(content);
    else if (type === "clear_output") this.#clear(Boolean(content.wait));
    else {
      const output = toOutput(type, content);
      if (output) this.#append(output, displayId(content));
    }
  }

  #append(output: Output, id: string | undefined): void {
    if (this.#clearOnNext) this.#clear(false);
    const last = this.#outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      return;
    }
    this.#outputs.push(output);
    if (id !== undefined && (output.output_type === "display_data" || output.output_type === "execute_result")) {
      this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
    }
  }

  #update(content: OutputMessage["content"]): void {
    for (const output of this.#displays.get(displayId(content) ?? "") ?? []) {
      output.data = content.data as Record<string, unknown>;
      output.metadata = content.metadata as Record<string, unknown>;
    }
  }

  #clear(wait: boolean): void {
    if (!wait) this.#outputs.length = 0;
    this.#clearOnNext = wait;
  }
}

function displayId(content: OutputMessage["content"]): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}

function toOutput(type: string, content: OutputMessage["content"]): Output | undefined {
  return OUTPUT_TYPES.has(type) ? ({ output_type: type, ...pick(content, OUTPUT_TYPES.get(type)!) } as Output) : undefined;
}

function pick(content: OutputMessage["content"], fields: readonly string[]): object {
  return Object.fromEntries(fields.map((field) => [field, content[field]]));
}
