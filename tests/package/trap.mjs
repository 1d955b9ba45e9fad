// The built module with a trap planted: the first thing that one exported function does is to stop, as a panic would.
import binaryen from "binaryen";

/** @param {Uint8Array} bytes @param {string} name the export's name in wasm, such as "readRequest" */
export function plantTrap(bytes, name) {
  const module = binaryen.readBinary(bytes);
  // What the build uses; with more, Node 20 does not know the result.
  const { BulkMemory, MutableGlobals, Multivalue, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
  module.setFeatures(BulkMemory | MutableGlobals | Multivalue | NontrappingFPToInt | ReferenceTypes | SignExt);
  const found = module.getExport(name);
  if (!found) throw new Error(`the module exports no ${name}`);
  const target = module.getFunction(binaryen.getExportInfo(found).value);
  binaryen.Function.setBody(target, module.unreachable());
  const changed = module.emitBinary();
  module.dispose();
  return changed;
}
