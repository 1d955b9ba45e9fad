/*
 * WebAssembly's binary format as far as the build reads it: sections, and what stands in a few of them. Build time only; not
 * published. The format: WebAssembly Core Specification 2.0, 5 (Binary Format).
 */

export class Sections {
  /** @param {Buffer} wasm */
  constructor(wasm) {
    this.wasm = wasm;
    this.all = [];
    for (const reader = new Reader(wasm, 8, wasm.length); reader.at < wasm.length; ) {
      const from = reader.at;
      const id = reader.byte();
      const end = reader.number() + reader.at;
      const name = id === 0 ? reader.text() : "";
      this.all.push({ id, name, from, start: reader.at, end });
      reader.at = end;
    }
  }

  /** A reader of one section's content. */
  enter(id, name = "") {
    const found = this.all.find((section) => section.id === id && section.name === name);
    if (!found) throw new Error(`pkg/sections.mjs: the module has no section ${name || id}`);
    return new Reader(this.wasm, found.start, found.end);
  }
}

/** Reads one section from its beginning. */
class Reader {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end });
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** LEB128; one with a sign is read past as well. */
  number() {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** So many bytes. */
  bytesOf(length) {
    return this.bytes.subarray(this.at, (this.at += length));
  }

  text() {
    return this.bytesOf(this.number()).toString();
  }

  /** Parts of a kind and a length each, up to the end; what `one` leaves of a part is passed over. */
  parts(one) {
    while (this.at < this.end) {
      const kind = this.byte();
      const next = this.number() + this.at;
      one(kind);
      this.at = next;
    }
  }

  /** What was read, when that was all. */
  finish(found) {
    if (this.at !== this.end) throw new Error("pkg/sections.mjs: a section ends elsewhere than it says");
    return found;
  }
}

/** How many functions the import section names. */
export function importedFunctions(reader) {
  let functions = 0;
  for (let count = reader.number(); count > 0; count--) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) functions++;
    if (kind === 1) reader.byte(); // a table: the type of its elements
    if (kind === 1 || kind === 2) {
      const most = reader.byte() & 1;
      reader.number();
      if (most) reader.number();
    } else if (kind === 3) {
      reader.byte();
      reader.byte();
    } else reader.number();
  }
  return reader.finish(functions);
}

/** Of each data segment its address in memory, and its place and length in the file. */
export function dataSegments(reader) {
  const found = Array.from({ length: reader.number() }, () => {
    // Flag 0 (memory 0, active), i32.const ADDRESS, end: all that rustc's linker writes.
    if (reader.number() !== 0 || reader.byte() !== 0x41) throw new Error("pkg/sections.mjs: a data segment of another kind");
    const address = reader.number();
    reader.byte();
    const length = reader.number();
    const start = reader.at;
    reader.at += length;
    return { address, start, length };
  });
  return reader.finish(found);
}
