// The tree editor by mouse and keys; without it the buttons and the 移動 page do the same.
// A row may be dropped before or after one of its own depth and axis, or into one a level up.

const form = document.getElementById("tree");

function rowOf(element) {
  return element.closest?.("[data-policy]");
}

function send(policy, group, index) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "place";
  field.value = `${policy}:${group}:${index}`;
  form.append(field);
  form.submit();
}

// Where a drop on `row` puts `dragged`: null, or the place, the index there and the mark to show.
function targetOf(dragged, row, y) {
  if (!row || row === dragged || row.dataset.axis !== dragged.dataset.axis) return null;
  const [own, other] = [dragged, row].map((item) => Number(item.dataset.depth));
  if (other === own - 1) return { group: `p${row.dataset.policy}`, index: 9999, mark: "into" };
  if (other !== own) return null;
  const box = row.getBoundingClientRect();
  const isAfter = y > box.top + box.height / 2;
  let index = Number(row.dataset.index) + (isAfter ? 1 : 0);
  if (row.dataset.group === dragged.dataset.group && Number(dragged.dataset.index) < index) index -= 1;
  return { group: row.dataset.group, index, mark: isAfter ? "after" : "before" };
}

function clearMarks() {
  for (const row of form.querySelectorAll("[data-drop]")) delete row.dataset.drop;
}

function watchMouse() {
  let dragged = null;
  for (const grip of form.querySelectorAll(".tree__grip")) grip.draggable = true;
  form.addEventListener("dragstart", (event) => {
    dragged = rowOf(event.target);
    event.dataTransfer.setData("text/plain", dragged.dataset.policy);
    event.dataTransfer.setDragImage(dragged, 0, 0);
  });
  form.addEventListener("dragover", (event) => {
    const row = rowOf(event.target);
    const target = dragged && targetOf(dragged, row, event.clientY);
    clearMarks();
    if (!target) return;
    event.preventDefault();
    row.dataset.drop = target.mark;
  });
  form.addEventListener("drop", (event) => {
    const target = dragged && targetOf(dragged, rowOf(event.target), event.clientY);
    if (!target) return;
    event.preventDefault();
    send(dragged.dataset.policy, target.group, target.index);
  });
  form.addEventListener("dragend", () => {
    dragged = null;
    clearMarks();
  });
}

function watchKeys() {
  const steps = { ArrowUp: "up", ArrowDown: "down" };
  form.addEventListener("keydown", (event) => {
    const row = event.altKey && rowOf(event.target);
    const button = row && row.querySelector(`[data-step="${steps[event.key]}"]`);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });
}

// After a change the page comes back with the row in its address: the keys go on from there.
function goOnAtRow() {
  const row = /^#policy-\d+$/.test(location.hash) ? document.querySelector(location.hash) : null;
  row?.querySelector("a, button:not(:disabled)")?.focus({ preventScroll: true });
}

if (form) {
  watchMouse();
  watchKeys();
  goOnAtRow();
}
