// The layers of the house. A file imports its own layer, errors.ts, and only the layers listed here.
const LAYERS = {
  platform: [],
  numerics: [],
  probability: ["numerics"],
  compute: ["numerics", "platform"],
  nn: ["compute", "numerics", "platform"],
  data: ["numerics", "platform"],
  io: ["data", "compute", "numerics", "platform"],
  simulators: ["io", "data", "compute", "probability", "numerics", "platform"],
  flows: ["nn", "compute", "probability", "numerics"],
  inference: ["probability", "numerics", "platform"],
  diagnostics: ["inference", "data", "nn", "compute", "probability", "numerics", "platform"],
  estimators: ["diagnostics", "data", "flows", "nn", "compute", "probability", "numerics", "platform"],
  saving: ["estimators", "flows", "io", "compute", "platform"],
  sequential: ["estimators", "inference", "flows", "data", "probability", "numerics", "platform"],
  figures: ["numerics", "platform"],
};

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  severity: "error",
  comment: `${layer} imports itself, errors.ts${allowed.map((name) => `, ${name}`).join("")}`,
  from: { path: `^src/${layer}/` },
  to: { path: "^(src|kernel-ext|widgets)/", pathNot: [`^src/(${[layer, ...allowed].join("|")})/`, "^src/errors\\.ts$"] },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "errors-stand-alone", severity: "error", from: { path: "^src/errors\\.ts$" }, to: { path: "^src/" } },
    {
      name: "cli-uses-the-public-api",
      severity: "error",
      from: { path: "^src/cli/" },
      to: {
        path: "^src/",
        pathNot: ["^src/cli/", "^src/((compute|nn)/)?index\\.ts$", "^src/errors\\.ts$", "^src/compute/backends/native/build\\.ts$"],
      },
    },
    { name: "kernel-knows-no-galton", severity: "error", from: { path: "^kernel-ext/" }, to: { path: "^(src|widgets|notebooks)/" } },
    {
      name: "isomorphic",
      severity: "error",
      comment: "Node built-ins are for platform/, cli/ and the native backend's loader alone",
      from: { path: "^src/", pathNot: ["^src/(platform|cli)/", "^src/compute/backends/native/"] },
      to: { dependencyTypes: ["core"] },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
