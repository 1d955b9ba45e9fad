// The built page has the package here (www/build.mjs); this tells the type checker what it is.
export * from "../../pkg/types.js";
