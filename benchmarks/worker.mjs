// What worker.py does, for @cloudflare/ai-utils: node --expose-gc worker.mjs MODULE SPEC
// Times are of the wall clock: the CPU's would count V8's own threads.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ROUNDS = 5;
const PATIENCE = 15;
const METHODS = new Set("get put post delete options head patch trace".split(" "));
const SMALL = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Small", version: "1" },
  servers: [{ url: "https://small.example" }],
  paths: { "/a": { get: { operationId: "a", responses: { 200: { description: "Done" } } } } },
});

// maxRSS is handed down to a child on Linux, as measure.py explains; VmHWM is not.
function memory(field, otherwise) {
  try {
    const line = readFileSync("/proc/self/status", "utf8").match(`${field}:\\s+(\\d+)`);
    return Number(line[1]) * 1024;
  } catch {
    return otherwise();
  }
}
const now = () => memory("VmRSS", () => process.memoryUsage.rss());
const peak = () => memory("VmHWM", () => process.resourceUsage().maxRSS * 1024);

async function seconds(action) {
  globalThis.gc?.();
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1e3;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function countOperations(document) {
  const names = Object.values(document.paths ?? {}).flatMap((item) => Object.keys(item ?? {}));
  return names.filter((name) => METHODS.has(name)).length;
}

async function measured(create, path) {
  const load = async (content) =>
    (await create(content.toString())).map((t) => [t.name, t.description, t.parameters]);
  await load(SMALL);
  const before = now();
  const content = readFileSync(path);
  const begun = performance.now();
  const made = (await load(content)).length;
  const first = (performance.now() - begun) / 1e3;
  const grown = peak() - before;
  const floor = () => JSON.parse(content.toString());
  const pairs = first > PATIENCE ? [[first, await seconds(floor)]] : [];
  while (pairs.length < ROUNDS && (!pairs.length || performance.now() - begun < PATIENCE * 1e3)) {
    pairs.push([await seconds(() => load(content)), await seconds(floor)]);
  }
  return {
    tools: made,
    operations: countOperations(floor()),
    seconds: median(pairs.map((pair) => pair[0])),
    floor: median(pairs.map((pair) => pair[1])),
    ratio: median(pairs.map((pair) => pair[0] / pair[1])),
    memory: grown / content.length,
  };
}

const [module, path] = process.argv.slice(2);
let found;
try {
  const { createToolsFromOpenAPISpec } = await import(pathToFileURL(module));
  found = await measured(createToolsFromOpenAPISpec, path);
} catch (error) {
  found = { error: `${error.name}: ${error.message.split("\n")[0]}`.slice(0, 90) };
}
console.log("\n" + JSON.stringify(found));
