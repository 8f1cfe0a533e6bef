"""What is wrong with how a page looks, found by measuring: cut texts, overlapping controls, what sticks out, bad print."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it comes without types
from playwright.sync_api import Page, ViewportSize

#: Name of the variable with the folder that pictures of all pages go to, for people to look at.
FOLDER = "TEMPGOODS_SHOTS"

_MEASURE = r"""() => {
  const found = [];
  // The bar of buttons stays in sight over what is scrolled below it; measured is the page at its beginning.
  scrollTo({ top: 0, behavior: "instant" });
  const name = (each) => {
    const text = (each.innerText || each.value || each.getAttribute("aria-label") || "").trim().slice(0, 40);
    return `<${each.tagName.toLowerCase()}${each.id ? "#" + each.id : ""} class="${each.className}"> ${text}`;
  };
  const seen = (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const modal = document.querySelector("dialog:modal");
  const all = [...(modal ?? document.body).querySelectorAll("*")].filter((each) => seen(each) && !each.closest(".visually-hidden, .skip"));

  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all.filter((each) => each.getBoundingClientRect().right > innerWidth + 1).slice(0, 5);
    found.push(`the page scrolls sideways (${document.documentElement.scrollWidth} > ${innerWidth}): ${wide.map(name).join("; ")}`);
  }

  const pen = document.createElement("canvas").getContext("2d");
  for (const each of all) {
    const style = getComputedStyle(each);
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const closed = (way) => style[way] === "hidden" || style[way] === "clip";
    if (own && closed("overflowX") && each.scrollWidth > each.clientWidth + 1) found.push(`cut at the side: ${name(each)}`);
    if (own && closed("overflowY") && each.scrollHeight > each.clientHeight + 2) found.push(`cut below: ${name(each)}`);
    if (each.matches("input:not([type=checkbox], [type=radio], [type=file], [type=hidden]), select")) {
      const date = each.type === "date", text = date ? "mm/dd/yyyy" : each.matches("select") ? each.selectedOptions[0]?.text ?? "" : "";
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const room = each.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - (date ? 20 : 0);
      if (text && pen.measureText(text).width > room + 1) found.push(`too narrow for “${text}” (${Math.round(room)} px): ${name(each)}`);
    }
    // A text that flows out of its own box, over its neighbours.
    const open = style.overflowX === "visible" && style.display !== "inline" && each.clientWidth > 0;
    if (own && open && each.scrollWidth > each.clientWidth + 2) found.push(`text runs out of its box: ${name(each)}`);
  }

  // What can be pressed: its boxes as far as they are to be seen.
  const common = (p, q) => ({
    left: Math.max(p.left, q.left), right: Math.min(p.right, q.right), top: Math.max(p.top, q.top), bottom: Math.min(p.bottom, q.bottom),
  });
  const large = (box) => box.right - box.left > 2 && box.bottom - box.top > 2;
  const clipped = (each) => {
    let frames = [...each.getClientRects()];
    for (let above = each.parentElement; above && above !== document.body; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const frame = above.getBoundingClientRect();
      frames = frames.map((box) => common(box, frame));
    }
    return frames.filter(large);
  };
  const floating = (each) => each.closest("details[open] > .menu-body, .choices, .offline");
  const pressed = all.filter((each) => each.matches("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option]"))
    .map((each) => ({ each, boxes: clipped(each), float: floating(each) }));
  for (let one = 0; one < pressed.length; one++) for (let two = one + 1; two < pressed.length; two++) {
    const a = pressed[one], b = pressed[two];
    if (a.float !== b.float || a.each.contains(b.each) || b.each.contains(a.each)) continue;
    if (a.boxes.some((p) => b.boxes.some((q) => large(common(p, q))))) found.push(`overlap: ${name(a.each)} / ${name(b.each)}`);
  }
  return found;
}"""

_PRINTED = r"""() => {
  const seen = (each) => each.checkVisibility({ visibilityProperty: true });
  const wrong = [...document.querySelectorAll("button:not([data-edit]), .btn, nav, .button-bar, input[type=file]")].filter(seen)
    .map((each) => `on paper: <${each.tagName.toLowerCase()}${each.id ? "#" + each.id : ""}> ${each.innerText.trim().slice(0, 40)}`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`wider than the paper: ${wide} > ${innerWidth}`);
  if (!document.querySelector("h1")?.checkVisibility()) wrong.push("the heading is not printed");
  return wrong;
}"""

#: What a sheet A4 across has room for, in CSS pixels.
_PAPER = ViewportSize(width=1040, height=720)


def faults(page: Page) -> list[str]:
    """What is wrong with how the page looks at its present size; empty when nothing is."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate(_MEASURE)
    return found


def faults_on_paper(page: Page) -> list[str]:
    """What is wrong with it when it is printed; with a dialog open nobody prints."""
    if page.evaluate("Boolean(document.querySelector('dialog:modal'))"):
        return []
    size = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(_PAPER)
    found: list[str] = page.evaluate(_PRINTED)
    page.emulate_media(media="screen")
    assert size is not None
    page.set_viewport_size(size)
    return found


def barriers(page: Page) -> list[str]:
    """Accessibility violations that axe calls serious or critical, with where they are."""
    found: list[Mapping[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{each['id']} {each['help']}: {[node['html'][:160] for node in each['nodes'][:4]]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, when a folder is named for it."""
    folder = os.environ.get(FOLDER)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        dialog = page.evaluate("Boolean(document.querySelector('dialog:modal'))")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=not dialog)
