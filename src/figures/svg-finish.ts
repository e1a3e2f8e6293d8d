/**
 * Finishes Vega's SVG: says what it shows, in one form on every machine, and short.
 *
 * @module
 */

/** What the document says about itself. */
export interface SvgLabels {
  readonly title: string;
  readonly description: string;
}

/**
 * Adds title and description, rounds coordinates to 1/100 pixel, makes ids unique to the content, shares repeated attributes and sets the width.
 *
 * @param svg - Vega's output.
 * @param labels - What it shows.
 * @param width - Width of the finished drawing in pixels; its parts are scaled with it.
 * @returns The finished document.
 */
export function finishSvg(svg: string, labels: SvgLabels, width: number): string {
  const bare = svg.replace(/ aria-hidden="true"| opacity="1"(?=[ />])/g, "");
  return describe(renameIds(shareAttributes(roundCoordinates(setWidth(bare, width)))), labels);
}

function setWidth(svg: string, width: number): string {
  return svg.replace(/(<svg\b[^>]*?) width="([^"]+)" height="([^"]+)"/, (_, before: string, drawn: string, height: string) => {
    return `${before} width="${width}" height="${(Number(height) * width) / Number(drawn)}"`;
  });
}

/** An image with a name; what its parts are is for eyes. */
function describe(svg: string, { title, description }: SvgLabels): string {
  const end = svg.indexOf(">", svg.indexOf("<svg"));
  return `${svg.slice(0, end)} role="img"><title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>${svg.slice(end + 1)}\n`;
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const GEOMETRY = /\s(?:d|transform|x|y|x1|x2|y1|y2|width|height|viewBox|font-size)="[^"]*"/g;

function roundCoordinates(svg: string): string {
  const round = (attribute: string) =>
    attribute.replace(/-?\d*\.\d{3,}(?:e[+-]?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) + 0));
  return svg.replace(/<[a-z][^>]*>/g, (tag) => tag.replace(GEOMETRY, round));
}

/** Several figures may stand in one page: Vega's clip1 of each would clip with the first one's shape. */
function renameIds(svg: string): string {
  const ids = [...new Set(Array.from(svg.matchAll(/\sid="([^"]+)"/g), (match) => match[1]!))];
  const order = new Map(ids.map((id, i) => [id, i]));
  const renamed = (prefix: string) =>
    svg.replace(/(\sid="|url\(#|href="#)([^")]+)/g, (_, before: string, id: string) => `${before}${prefix}${order.get(id) ?? id}`);
  return ids.length === 0 ? svg : renamed(`g${fingerprint(renamed(""))}-`);
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

const SYMBOLS = /<g class="mark-symbol[^>]*>((?:<path [^>]*\/>){2,})<\/g>/g;

/** Thousands of points with the same style: the style goes to the group around them. All of it is inherited, `opacity` being absent. */
function shareAttributes(svg: string): string {
  return svg.replace(SYMBOLS, (group, paths: string) => {
    const shared = / d="[^"]*"(.*?)\/>/.exec(paths)?.[1] ?? "";
    const all = paths.split("/>").slice(0, -1);
    if (shared === "" || / opacity=/.test(shared) || !all.every((path) => path.endsWith(shared))) return group;
    const bare = all.map((path) => `${path.slice(0, -shared.length)}/>`).join("");
    return `${group.slice(0, group.indexOf(">"))}${shared}>${bare}</g>`;
  });
}
