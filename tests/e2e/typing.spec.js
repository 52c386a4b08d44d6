// Typing, pasting and composing: nothing is lost, nothing runs too early.

import { expect, open, prompt, settled, status, test, trace, type, values } from "./support.js";

test("typing while the engine is busy ends at the text's own answer", async ({ page, engine }) => {
  await open(page, engine);
  const text = "Once upon a time there was a little girl who lived in a dark wood with her mother and an old cat.";
  await type(page, text);
  const expected = trace(text);
  await settled(page, expected.tokens.length);
  expect(await values(page.getByTestId("token"), "id")).toEqual(expected.tokens.map((t) => String(t.id)));
  const ids = await values(page.getByTestId("probability"), "id");
  expect(ids[0]).toBe(String(expected.next[0].id));
  for (let i = 0; i < 12; i++) await page.keyboard.press("Backspace");
  const shorter = trace(text.slice(0, -12));
  await settled(page, shorter.tokens.length);
  expect((await values(page.getByTestId("probability"), "id"))[0]).toBe(String(shorter.next[0].id));
});

test("nothing runs while an input method composes", async ({ page, engine }) => {
  await open(page, engine);
  await type(page, "The ");
  const before = trace("The ");
  await settled(page, before.tokens.length);
  const session = await page.context().newCDPSession(page);
  await prompt(page).focus();
  for (const text of ["w", "wang", "wang z"]) {
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(100);
    expect(await values(page.getByTestId("token"), "id")).toEqual(before.tokens.map((t) => String(t.id)));
  }
  await session.send("Input.insertText", { text: "王子" });
  const after = trace("The 王子");
  await settled(page, after.tokens.length);
  expect(await values(page.getByTestId("token"), "id")).toEqual(after.tokens.map((t) => String(t.id)));
});

test("parts of a character are shown as bytes, never as a replacement character", async ({ page, engine }) => {
  await open(page, engine);
  await type(page, "a 🦊 and 鼻\n\tend");
  const expected = trace("a 🦊 and 鼻\n\tend");
  await settled(page, expected.tokens.length);
  expect(await page.locator("body").innerText()).not.toContain("\uFFFD");
});

test("undo brings back what an example replaced", async ({ page, engine }) => {
  await open(page, engine);
  await type(page, "My own words");
  await settled(page, trace("My own words").tokens.length);
  await page.locator(".examples button").nth(1).click();
  await expect(prompt(page)).not.toHaveValue("My own words");
  await prompt(page).focus();
  await page.keyboard.press("ControlOrMeta+Z");
  await expect(prompt(page)).toHaveValue("My own words");
});

test("an empty prompt is no fault", async ({ page, engine }) => {
  await open(page, engine);
  await prompt(page).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("token")).toHaveCount(0);
  await expect(status(page)).toHaveAttribute("data-state", "ready");
  await expect(page.getByTestId("probability")).toHaveCount(0);
  await page.keyboard.type("The");
  await settled(page, 1);
});

test("it works with the network cut after loading", async ({ page, engine, context }) => {
  await open(page, engine);
  await context.setOffline(true);
  await type(page, "The old cat");
  await settled(page, trace("The old cat").tokens.length);
  await page.locator("[data-testid=floor][data-floor=block-2]").click();
  await expect(page.getByTestId("attention")).toBeVisible();
  await page.locator("[data-testid=floor][data-floor=embedding]").click();
  await expect(page.getByTestId("neighbour").first()).toBeVisible();
});

test("a token is drawn, written behind the text, and the text read anew; undo takes it back", async ({ page, engine }) => {
  await open(page, engine, { hash: "story?k=3" });
  const text = "The King said to the Queen";
  await type(page, text);
  const before = trace(text);
  await settled(page, before.tokens.length);
  const likeliest = before.next.slice(0, 3).map(({ id }) => String(id));
  const button = page.getByTestId("write-on");
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(prompt(page)).not.toHaveValue(text);
  const written = await prompt(page).inputValue();
  expect(written.startsWith(text)).toBe(true);
  const after = trace(written);
  await settled(page, after.tokens.length);
  const drawn = page.getByTestId("drawn");
  expect(likeliest).toContain(await drawn.getAttribute("data-id"));
  expect(await values(page.getByTestId("token"), "id")).toEqual([...before.tokens.map((t) => String(t.id)), await drawn.getAttribute("data-id")]);
  expect((await values(page.getByTestId("probability"), "id"))[0]).toBe(String(after.next[0].id));
  // The keyboard stays on the button: once more.
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(prompt(page)).not.toHaveValue(written);
  await prompt(page).focus();
  await page.keyboard.press("ControlOrMeta+Z");
  await expect(prompt(page)).toHaveValue(written);
});
