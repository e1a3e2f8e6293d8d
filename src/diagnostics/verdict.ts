import { DISPLAY, type MimeBundle } from "../platform/notebook.js";
import { type Check, type Grade, shown } from "./check.js";

const ORDER: readonly Grade[] = ["pass", "warn", "fail"];
const NONE = "nothing could be checked: there are no held-out events, and no one denominator to fit toys with";
const HEAD = ["", "check", "value", "held against", "what it says"] as const;

/** What the checks of an estimator say together. */
export class Verdict {
  constructor(
    /** What was checked. */
    readonly of: string,
    readonly checks: readonly Check[],
  ) {}

  /** The worst grade of all checks; a warning when none could be made. */
  get grade(): Grade {
    if (this.checks.length === 0) return "warn";
    return ORDER[Math.max(0, ...this.checks.map(({ grade }) => ORDER.indexOf(grade)))]!;
  }

  /** The check of a name, where it was made. */
  check(name: string): Check | undefined {
    return this.checks.find((check) => check.name === name);
  }

  private get headline(): string {
    return `${this.of}: ${this.grade}${this.checks.length === 0 ? `; ${NONE}` : ""}`;
  }

  /** @returns The checks as a table of text. */
  toString(): string {
    const rows = [HEAD, ...this.checks.map(cells)];
    const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
    const lines = rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join("  "));
    return [this.headline, ...(this.checks.length > 0 ? lines : [])].join("\n");
  }

  /** How a notebook shows it. */
  [DISPLAY](): MimeBundle {
    const rows = this.checks.map(
      (check) =>
        `<tr>${cells(check)
          .map((cell) => `<td style="text-align:left">${escaped(cell)}</td>`)
          .join("")}</tr>`,
    );
    const head = HEAD.map((cell) => `<th style="text-align:left">${cell}</th>`).join("");
    const html = `<table><caption>${escaped(this.headline)}</caption><tr>${head}</tr>${rows.join("")}</table>`;
    return { "text/html": html, "text/plain": this.toString() };
  }
}

function cells({ grade, name, value, threshold, message, advice }: Check): string[] {
  return [grade, name, shown(value), threshold, advice && grade !== "pass" ? `${message}: ${advice}` : message];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
