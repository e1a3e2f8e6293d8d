export type StreamName = "stdout" | "stderr";

/** Takes what is printed. `Place` says where it is shown. */
export interface TextSink<Place> {
  write(place: Place, name: StreamName, text: string): void;
  /** Sends what still waits. */
  flush(): void;
}

interface Segment<Place> {
  readonly place: Place;
  readonly name: StreamName;
  text: string;
}

/** Longest time that text waits for company, ms. */
const PATIENCE = 50;
/** Longest text of one stream message, UTF-16 units. */
const CHUNK = 1 << 17;

/** Text on its way to the notebook: neighbouring writes to the same stream of the same place become one message. */
export class StreamBatch<Place> implements TextSink<Place> {
  #segments: Segment<Place>[] = [];
  #length = 0;
  #opened = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #emit: (place: Place, name: StreamName, text: string) => void;

  constructor(emit: (place: Place, name: StreamName, text: string) => void) {
    this.#emit = emit;
  }

  write(place: Place, name: StreamName, text: string): void {
    if (text === "") return;
    if (this.#segments.length === 0) this.#open();
    const last = this.#segments.at(-1);
    if (last && last.place === place && last.name === name) last.text += text;
    else this.#segments.push({ place, name, text });
    this.#length += text.length;
    if (this.#length >= CHUNK || performance.now() - this.#opened >= PATIENCE) this.flush();
  }

  flush(): void {
    if (this.#segments.length === 0) return;
    const segments = this.#segments;
    this.#segments = [];
    this.#length = 0;
    clearTimeout(this.#timer);
    for (const { place, name, text } of segments) for (const chunk of chunks(text)) this.#emit(place, name, chunk);
  }

  #open(): void {
    this.#opened = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PATIENCE);
  }
}

function* chunks(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + CHUNK, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
