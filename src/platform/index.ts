/**
 * The platform as the other layers import it. This is Node's form; the "browser" field of package.json puts `browser.js` in its place.
 *
 * @module
 */
export { platform } from "./node.js";
