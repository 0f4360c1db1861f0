// Lint every statement under cypher/ with the vendor's own linter.
// Usage: node lint_cypher.mjs FOLDER_OF_NODE_MODULES CYPHER_FOLDER
// Labels, types and properties are those that cypher/load and cypher/run write.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "x.js"));
const { lintCypherQuery } = require("@neo4j-cypher/language-support");

const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".cypher")).sort();
const texts = new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const loading = [...texts].filter(([name]) => /^(load|run)/.test(name)).map(([, text]) => text).join("\n");
const all = (pattern, text = loading) => [...new Set([...text.matchAll(pattern)].map((found) => found[1]))];
const schema = {
  labels: all(/\bn?:([A-Z][A-Za-z]+)\b/g),
  relationshipTypes: all(/\[x:([A-Z_]+)/g),
  propertyKeys: all(/\b[nx]?\.?(\w+)\b/g),
  defaultLanguage: "CYPHER 5",
};

let bad = 0;
for (const [name, text] of texts) {
  const parameters = Object.fromEntries(all(/\$(\w+)/g, text).map((key) => [key, 1]));
  for (const { message, severity, range } of lintCypherQuery(text, { ...schema, parameters }).diagnostics) {
    if (severity > 2) continue;
    bad += 1;
    console.log(`cypher/${name}:${range.start.line + 1}: ${message}`);
  }
}
console.log(`${files.length} statements, ${bad} complaints`);
process.exit(bad ? 1 : 0);
