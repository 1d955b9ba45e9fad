// Waiting for what a person would wait for, with a failure that says what the page showed instead.
export { until } from "../support/until.mjs";

export async function expectVisible(locator, timeout = 30_000) {
  try {
    await locator.waitFor({ state: "visible", timeout });
  } catch {
    const text = await locator.page().locator("body").innerText();
    throw new Error(`${locator} did not appear; the page says:\n${text}`);
  }
}
