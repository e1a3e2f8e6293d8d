import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "galton-kernel": path("./kernel-ext/src/index.ts"),
      "galton/compute": path("./src/compute/index.ts"),
      "galton/nn": path("./src/nn/index.ts"),
      galton: path("./src/index.ts"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    // One after the other: kernels, browsers and their deadlines would otherwise share two cores with each other.
    fileParallelism: false,
    expandSnapshotDiff: true,
  },
});
