// A request as a link, and back: "works", or the code of the error.
export async function links(open) {
  const kubecred = await open();
  try {
    const key = await kubecred.keys.generate("ecdsa-p256");
    const csr = await key.createCsr({ user: "jane" });
    const { pem, requested } = await kubecred.links.decode(await kubecred.links.encode(csr, { name: "jane-1" }));
    return pem === csr && requested.name === "jane-1" ? "works" : "a wrong result";
  } catch (error) {
    return error?.code ?? String(error);
  } finally {
    kubecred.close();
  }
}
