import { Console } from "node:console";
import { EventEmitter } from "node:events";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "./streams.js";

export interface ConsoleSink {
  write(name: StreamName, text: string): void;
  /** What console.clear does. */
  clear(): void;
}

export interface CapturedConsole {
  /** Closes groups that were left open, so that the next cell starts at the margin. */
  closeGroups(): void;
  /** Puts everything back. */
  restore(): void;
}

/** Sends console.* and the process's standard streams to the notebook. */
export function captureConsole(sink: ConsoleSink): CapturedConsole {
  const streams = [captureStream("stdout", sink), captureStream("stderr", sink)];
  const methods = captureMethods(sink);
  return {
    closeGroups: methods.closeGroups,
    restore() {
      for (const restore of streams) restore();
      methods.restore();
    },
  };
}

type Write = NodeJS.WriteStream["write"];

function captureStream(name: StreamName, sink: ConsoleSink): () => void {
  const stream = process[name];
  const original = stream.write;
  const decoder = new StringDecoder("utf8");
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    sink.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  }) as Write;
  return () => {
    stream.write = original;
  };
}

/** Every method of Node's own Console, on streams of ours; count and time keep their state across cells. */
function captureMethods(sink: ConsoleSink): CapturedConsole {
  const captured = new Console({ stdout: textStream("stdout", sink), stderr: textStream("stderr", sink), colorMode: false });
  let depth = 0;
  const group = (...label: unknown[]) => {
    depth++;
    captured.group(...label);
  };
  const groupEnd = () => {
    depth = Math.max(0, depth - 1);
    captured.groupEnd();
  };
  const originals = methodsOf(console);
  Object.assign(console, methodsOf(captured), { group, groupCollapsed: group, groupEnd, clear: () => sink.clear() });
  return {
    closeGroups() {
      while (depth > 0) groupEnd();
    },
    restore: () => void Object.assign(console, originals),
  };
}

function methodsOf(source: Console): Record<string, unknown> {
  const names = Object.keys(console) as (keyof Console)[];
  return Object.fromEntries(
    names.filter((name) => typeof source[name] === "function" && name !== "Console").map((name) => [name, source[name]]),
  );
}

/** The few members of a writable stream that Console uses, without the queue of a real one. */
function textStream(name: StreamName, sink: ConsoleSink): NodeJS.WritableStream {
  const stream = Object.assign(new EventEmitter(), {
    writable: true,
    write(text: string) {
      sink.write(name, text);
      return true;
    },
    end() {},
  });
  return stream as unknown as NodeJS.WritableStream;
}
