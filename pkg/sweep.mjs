/*
 * Finds what only panics could reach, once every way into one is a trap (panics.mjs): functions that stand in the table
 * for a vtable which nobody uses any more, and texts and tables that no code names. wasm-opt takes away neither: it cannot
 * tell which number is an address. The linker can, and says so (--emit-relocs): each place of code and data that holds
 * the address of something, and where each thing begins and ends. This is the linker's garbage collection once more, with
 * less to start from: 4 KB of brotli less (2026-11). Build time only; not published.
 *
 * The format: "WebAssembly Object File Linking", Linking.md of https://github.com/WebAssembly/tool-conventions.
 */

import { Sections, dataSegments, importedFunctions } from "./sections.mjs";

const [FUNCTION, DATA, SECTION] = [0, 1, 3];
// Flags of a symbol.
const UNDEFINED = 0x10;
const EXPORTED = 0x20;
const EXPLICIT_NAME = 0x40;
// Kinds of relocations: a function is called, or its place in the table taken; an address; …
const CALL = 0;
const TO_FUNCTION = new Set([CALL, 1, 2, 12]);
const TO_DATA = new Set([3, 4, 5, 11]);
// … types, globals, tags and tables, which nothing here takes away. Entries of these have no addend.
const TO_OTHERS = new Set([6, 7, 10, 13, 20]);

/**
 * @param {Buffer} linked the linker's module, with relocations and names
 * @param {Set<string>} trapped the linker's names of functions that do nothing but trap
 * @returns {{ functions: string[], holes: { address: number, length: number }[] }} the linker's names of functions in the
 *   table that nothing takes from it, and the stretches of memory that nothing reads
 */
export function unused(linked, trapped) {
  const { symbols, functions, exported, inTable } = read(linked);
  const thing = (symbol) => (symbol.kind === FUNCTION ? functions[symbol.index] : symbol);
  // wasm-bindgen runs what describes the exports and takes it out.
  const roots = exported.map((index) => functions[index]).filter(({ name }) => !name.startsWith("__wbindgen_describe"));
  const live = new Set([...roots, ...symbols.filter(({ kind, flags }) => kind === DATA && flags & EXPORTED)]);
  // A set gives what is added to it on the way.
  for (const { name, refers } of live) {
    if (!trapped.has(name ?? "")) for (const symbol of refers) live.add(thing(symbols[symbol]));
  }
  const liveNames = new Set([...live].map(({ name }) => name));
  return {
    functions: [...inTable].map((index) => functions[index].name).filter((name) => !liveNames.has(name)),
    holes: holes(symbols.filter(({ kind, length }) => kind === DATA && length > 0), live),
  };
}

/** The names that a module gives its functions, those that it imports left out. @param {Buffer} wasm */
export function functionNames(wasm) {
  const sections = new Sections(wasm);
  const imports = importedFunctions(sections.enter(2));
  const found = [];
  names(sections.enter(0, "name"), (index, name) => (found[index] = name));
  return found.slice(imports);
}

/** The module without what the linker says of its sections: it holds for the linker's own module alone. @param {Buffer} wasm */
export function unlinked(wasm) {
  const kept = new Sections(wasm).all.filter(({ name }) => name !== "linking" && !name.startsWith("reloc."));
  return Buffer.concat([wasm.subarray(0, 8), ...kept.map(({ from, end }) => wasm.subarray(from, end))]);
}

/** The stretches that dead symbols cover and no live one does: symbols may overlap. */
function holes(data, live) {
  const edges = data.flatMap((symbol) => [1, -1].map((change) => ({ at: symbol.address + (change < 0 ? symbol.length : 0), change, alive: live.has(symbol) })));
  edges.sort((a, b) => a.at - b.at);
  const found = [];
  let [alive, dead, from] = [0, 0, 0];
  for (const edge of edges) {
    if (alive === 0 && dead > 0 && edge.at > from) found.push({ address: from, length: edge.at - from });
    if (edge.alive) alive += edge.change;
    else dead += edge.change;
    from = edge.at;
  }
  return found;
}

/** What the linker's module says of itself: `refers` are numbers of symbols. @param {Buffer} wasm */
function read(wasm) {
  const sections = new Sections(wasm);
  const imports = importedFunctions(sections.enter(2));
  const functions = Array.from({ length: imports }, () => ({ name: "", refers: [], start: 0, end: 0 }));
  const code = sections.enter(10);
  for (let count = code.number(); count > 0; count--) {
    const length = code.number();
    functions.push({ name: "", refers: [], start: code.at, end: (code.at += length) });
  }
  names(sections.enter(0, "name"), (index, name) => (functions[index].name = name));
  const symbols = symbolTable(sections.enter(0, "linking"), dataSegments(sections.enter(11)));
  const data = symbols.filter(({ kind, length }) => kind === DATA && length > 0);
  const inTable = new Set();
  const note = (owners, { type, symbol }) => {
    for (const owner of owners) owner.refers.push(symbol);
    if (type !== CALL && TO_FUNCTION.has(type)) inTable.add(symbols[symbol].index);
  };
  const within = (place) => ({ start, end }) => start <= place && place < end;
  for (const found of relocations(sections, "CODE", 10)) note([holder(functions, imports, found.place)], found);
  for (const found of relocations(sections, "DATA", 11)) note(data.filter(within(found.place)), found);
  return { symbols, functions, exported: exportedFunctions(sections.enter(7)), inTable };
}

/** The function whose code lies at a place of the file. */
function holder(functions, imports, place) {
  let [low, high] = [imports, functions.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (functions[middle].start <= place) low = middle;
    else high = middle - 1;
  }
  if (place < functions[low].start || place >= functions[low].end) throw new Error("pkg/sweep.mjs: a relocation lies in no function");
  return functions[low];
}

function exportedFunctions(reader) {
  const found = [];
  for (let count = reader.number(); count > 0; count--) {
    reader.text();
    const kind = reader.byte();
    const index = reader.number();
    if (kind === 0) found.push(index);
  }
  return reader.finish(found);
}

/** Every name of a function. */
function names(reader, found) {
  reader.parts((kind) => {
    for (let count = kind === 1 ? reader.number() : 0; count > 0; count--) found(reader.number(), reader.text());
  });
}

function symbolTable(reader, segments) {
  const symbols = [];
  if (reader.number() !== 2) throw new Error("pkg/sweep.mjs: another version of the linking section");
  reader.parts((kind) => {
    for (let count = kind === 8 ? reader.number() : 0; count > 0; count--) symbols.push(symbol(reader, segments));
  });
  return symbols;
}

function symbol(reader, segments) {
  const kind = reader.byte();
  const flags = reader.number();
  const found = { kind, flags, refers: [], index: -1, address: 0, length: 0, start: 0, end: 0 };
  if (kind !== DATA) {
    found.index = reader.number();
    if (kind !== SECTION && (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)) reader.text();
    return found;
  }
  reader.text();
  if (flags & UNDEFINED) return found;
  const segment = segments[reader.number()];
  const offset = reader.number();
  const length = reader.number();
  const start = segment.start + offset;
  return { ...found, address: segment.address + offset, length, start, end: start + length };
}

/** The places in the file that name a function or data, and the symbol that each names. */
function relocations(sections, kind, section) {
  const { at: start } = sections.enter(section);
  const reader = sections.enter(0, `reloc.${kind}`);
  const found = [];
  reader.number();
  for (let count = reader.number(); count > 0; count--) {
    const type = reader.byte();
    const place = start + reader.number();
    const symbol = reader.number();
    if (TO_DATA.has(type)) reader.number();
    else if (!TO_FUNCTION.has(type) && !TO_OTHERS.has(type)) throw new Error(`pkg/sweep.mjs: a relocation of the unknown kind ${type}`);
    if (!TO_OTHERS.has(type)) found.push({ place, type, symbol });
  }
  return reader.finish(found);
}
