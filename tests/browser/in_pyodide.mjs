// Run a Python program in Pyodide without a browser: node in_pyodide.mjs PYODIDE PROGRAM WHEEL...
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [home, program, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(home, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(home) + "/", stdout: (line) => console.log(line) });
await pyodide.loadPackage(["numpy", "matplotlib", "pygments"], { messageCallback: () => {} });
for (const wheel of wheels) {
  pyodide.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel"); // a Buffer of Node's is not taken
}
await pyodide.runPythonAsync(readFileSync(program, "utf8"));
