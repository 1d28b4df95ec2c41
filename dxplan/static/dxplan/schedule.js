// Bars moved by mouse or finger; without it the form of a stage does the same. A drop opens that form
// with the new span filled in, so that nothing changes before it has been looked at and saved.

const EDGE = 10; // pixels at the right end that lengthen instead of move

function gridOf(bar) {
  const owner = bar.closest("[data-halves]");
  const line = bar.closest(".bars__line");
  return { first: Number(owner.dataset.first), halves: Number(owner.dataset.halves), width: line.clientWidth };
}

function moved(bar, steps, isEnd) {
  const { first, halves } = gridOf(bar);
  let start = Number(bar.dataset.start);
  let end = Number(bar.dataset.end);
  const last = first + halves - 1;
  if (isEnd) {
    end = Math.min(last, Math.max(start, end + steps));
  } else {
    const by = Math.max(first - start, Math.min(last - end, steps));
    start += by;
    end += by;
  }
  return { start, end };
}

function watch(bar) {
  let from = null;

  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const box = bar.getBoundingClientRect();
    from = { x: event.clientX, isEnd: event.clientX > box.right - EDGE, steps: 0 };
    bar.setPointerCapture(event.pointerId);
  });

  bar.addEventListener("pointermove", (event) => {
    if (!from) return;
    const { halves, width } = gridOf(bar);
    from.steps = Math.round((event.clientX - from.x) / (width / halves));
    if (!from.steps && !bar.classList.contains("stage__bar--dragged")) return;
    bar.classList.add("stage__bar--dragged");
    const shift = (from.steps * width) / halves;
    if (from.isEnd) bar.style.marginRight = `${-shift}px`;
    else bar.style.translate = `${shift}px`;
  });

  bar.addEventListener("pointerup", () => {
    const done = from;
    from = null;
    if (!done || !done.steps) return;
    const { start, end } = moved(bar, done.steps, done.isEnd);
    bar.dataset.moved = "1";
    location.assign(`${bar.getAttribute("href")}?start=${start}&end=${end}`);
  });

  bar.addEventListener("pointercancel", () => {
    from = null;
    bar.style.removeProperty("translate");
    bar.style.removeProperty("margin-right");
    bar.classList.remove("stage__bar--dragged");
  });

  // The click that follows a drop would open the form without the new span.
  bar.addEventListener("click", (event) => {
    if (bar.dataset.moved) event.preventDefault();
  });
}

for (const bar of document.querySelectorAll("[data-bar]")) watch(bar);
