/** Rows of cells as aligned text; the first row is the head. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")).join("\n");
}

/** Rows of cells as a table with a caption, and sentences below it. */
export function htmlTable(caption: string, [head, ...rows]: readonly (readonly string[])[], below: readonly string[]): string {
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const table = `<table><caption>${escaped(caption)}</caption>${line(head!, "th")}${rows.map((row) => line(row, "td")).join("")}</table>`;
  return [table, ...below.map((sentence) => `<p>${escaped(sentence)}</p>`)].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
