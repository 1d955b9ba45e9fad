// Waiting for what a person would wait for, with a failure that says what the page showed instead.
export async function expectVisible(locator, timeout = 30_000) {
  try {
    await locator.waitFor({ state: "visible", timeout });
  } catch {
    const text = await locator.page().locator("body").innerText();
    throw new Error(`${locator} did not appear; the page says:\n${text}`);
  }
}

export async function until(check, what, timeout = 30_000) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for: ${what}`);
}
