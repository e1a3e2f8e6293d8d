import type { Output } from "./notebook-file.js";

/** What a kernel says on iopub while a cell runs: the type and the content of a message. */
export interface OutputMessage {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

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
  const { data, metadata, execution_count, name, text, ename, evalue, traceback } = content as Record<string, never>;
  switch (type) {
    case "stream":
      return { output_type: "stream", name, text };
    case "display_data":
      return { output_type: "display_data", data, metadata };
    case "execute_result":
      return { output_type: "execute_result", execution_count, data, metadata };
    case "error":
      return { output_type: "error", ename, evalue, traceback };
    default:
      return undefined;
  }
}
