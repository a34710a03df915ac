// A person who has a keyboard and nothing else. Whatever takes the focus on their way has to show it, and nothing that
// they do may lose it.

import assert from 'node:assert/strict';
import { openConsole } from './console.mjs';
import { until } from './lifetime.mjs';

/** More stops than any page has. */
const STOPS = 1_500;
/** How long a page may take to answer a key. */
const ANSWER_MS = 30_000;

/** Returns the keyboard of a page. */
export function keyboardOf(page) {
  const press = (key) => page.keyboard.press(key);
  const isHeld = (locator) => locator.evaluate((element) => element.contains(document.activeElement));

  /** Opens a page of the console, and skips to its content. */
  async function open(product, at) {
    await openConsole(page, product, at);
    await press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await press('Enter');
    await until(() => page.evaluate(() => document.activeElement.id === 'content'), ANSWER_MS, () => 'the content is not skipped to');
    await page.evaluate(() => { globalThis.lastStop = undefined; });
  }

  /** Goes to the next stop or the one before it. It must be seen, and what had the focus before must have shown that. */
  async function step(key) {
    await press(key);
    const wrong = await page.evaluate(look);
    assert.equal(wrong, null, `${page.url()}: ${wrong}`);
  }

  /** Goes stop by stop to an element. */
  async function reach(locator) {
    await locator.waitFor();
    let handle = await locator.elementHandle();
    const where = () => handle.evaluate((element) => {
      if (!element.isConnected) return 'gone';
      const at = document.activeElement;
      if (at === element) return 'here';
      const order = at.compareDocumentPosition(element);
      return order & Node.DOCUMENT_POSITION_PRECEDING && !(order & Node.DOCUMENT_POSITION_CONTAINED_BY) ? 'before' : 'after';
    });
    let at = await where();
    // Decided once: whoever turns back at every stop gets nowhere.
    const key = at === 'before' ? 'Shift+Tab' : 'Tab';
    for (let stops = 0; at !== 'here'; stops += 1) {
      assert.ok(stops < STOPS, `${page.url()}: ${locator} is not reached by ${key}`);
      if (at === 'gone') handle = await locator.elementHandle();
      await step(key);
      at = await where();
    }
  }

  /** Goes to a button or a link, and presses it. */
  async function use(locator, key = 'Enter') {
    await reach(locator);
    await press(key);
  }

  /** Goes to a field, and writes in the place of what stands there. */
  async function write(locator, text) {
    await reach(locator);
    await press('Control+a');
    await press('Delete');
    await page.keyboard.insertText(text);
  }

  /** Goes to a choice, opens it, and goes down to an option. */
  async function choose(locator, option) {
    await reach(locator);
    await press('ArrowDown');
    const wanted = page.getByRole('option', { name: option, exact: true });
    await wanted.waitFor();
    const isMarked = () => wanted.evaluate((element) => element.hasAttribute('data-combobox-selected'));
    const all = await page.getByRole('option').count();
    for (let stops = 0; !(await isMarked()); stops += 1) {
      assert.ok(stops <= all, `${option} is not reached by arrows`);
      await press('ArrowDown');
    }
    await press('Enter');
    await wanted.waitFor({ state: 'hidden' });
  }

  /**
   * Opens a dialogue, and checks that it is one: it takes the focus, holds it, ends at Escape, and gives it back to what
   * opened it. Then opens it again, and returns it.
   */
  async function dialogue(opener, name) {
    const dialog = page.getByRole('dialog', { name, exact: true });
    await use(opener);
    await holds(dialog);
    for (const key of ['Tab', 'Shift+Tab']) {
      const stops = 2 + (await dialog.locator('button, a, input, textarea').count());
      for (let at = 0; at < stops; at += 1) {
        await step(key);
        assert.ok(await isHeld(dialog), `${page.url()}: ${key} leaves the dialogue ${name}`);
      }
    }
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(() => isHeld(opener), ANSWER_MS, () => `${page.url()}: ${name} does not give the focus back`);
    await press('Enter');
    await holds(dialog);
    return dialog;
  }

  async function holds(dialog) {
    await dialog.waitFor();
    await until(() => isHeld(dialog), ANSWER_MS, () => `${page.url()}: a dialogue does not take the focus`);
  }

  /** Presses the button of a dialogue that carries it out. The focus is on the page afterwards. */
  async function confirm(dialog, name) {
    await use(dialog.getByRole('button', { name, exact: true }));
    await dialog.waitFor({ state: 'detached' });
    await keeps();
  }

  /** The focus is not lost: it is on something that is there. */
  function keeps() {
    return until(
      () => page.evaluate(() => document.activeElement !== null && document.activeElement !== document.body),
      ANSWER_MS,
      () => `${page.url()}: the focus is lost`,
    );
  }

  return { press, open, step, reach, use, write, choose, dialogue, confirm, keeps, insert: (text) => page.keyboard.insertText(text) };
}

/**
 * Says what is wrong with the stop that was just reached, or with the one before it: it cannot be seen, or it looked no
 * different while it had the focus. Runs in the page.
 */
function look() {
  const at = document.activeElement;
  const named = (element) => element.outerHTML.slice(0, 200);
  const outlineOf = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    return [outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineWidth} ${outlineColor}`, boxShadow];
  };
  const lookOf = (element) => {
    const { borderColor, backgroundColor, textDecoration, color } = getComputedStyle(element);
    const around = [];
    // What is drawn for an input stands beside it or around it.
    for (let one = element, n = 0; one && n < 4; one = one.parentElement, n += 1) around.push(...outlineOf(one));
    const drawn = element.nextElementSibling ? outlineOf(element.nextElementSibling) : [];
    return [borderColor, backgroundColor, textDecoration, color, ...around, ...drawn].join(';');
  };
  const before = globalThis.lastStop;
  const stop = at && at !== document.body && at.id !== 'content';
  globalThis.lastStop = stop ? { element: at, look: lookOf(at) } : undefined;
  if (before && before.element !== at && before.element.isConnected && !before.element.isContentEditable && lookOf(before.element) === before.look) {
    return `it does not show that it has the focus: ${named(before.element)}`;
  }
  if (!stop) return null;
  // An editor draws its own frame, and may take the focus back as a page goes on.
  if (at.isContentEditable && getComputedStyle(at.closest('.cm-editor').parentElement).outlineStyle === 'none') {
    return `it does not show that it has the focus: ${named(at)}`;
  }
  // A choice that a label draws is itself without a size.
  const box = (at.matches('input[type="radio"], input[type="checkbox"]') ? at.parentElement : at).getBoundingClientRect();
  const isOut = box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth;
  if (isOut || box.width === 0 || box.height === 0) return `it has the focus outside of what is shown: ${named(at)}`;
  const header = document.querySelector('header');
  const isBehind = header && !header.contains(at) && !at.closest('[role="dialog"]') && !at.matches('.skip-link')
    && box.bottom <= header.getBoundingClientRect().bottom;
  return isBehind ? `it has the focus behind the header: ${named(at)}` : null;
}
