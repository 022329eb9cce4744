/* Makes a table that is filled in quicker to work with: rows without a new page, pasting from Excel, saving and
   checking while one types. Without it every button sends the form, and nothing is missing. */
"use strict";
(() => {
  const form = document.querySelector("form.fill-in");
  if (!form || !window.fetch) return;
  const say = form.dataset, status = form.querySelector(".keep [role=status]"), number = form.elements.so;
  for (const hint of form.querySelectorAll(".scripted")) hint.hidden = false;
  const rows = table => [...table.tBodies[0].rows];
  const cells = row => [...row.querySelectorAll("textarea, select, input:not([type=hidden], [type=checkbox])")];
  const everyRow = () => [...form.querySelectorAll("table.entry tbody tr")];
  let changed = 0, saved = 0, busy = false, timer = 0, next = 1e6;

  /* --- saving and checking: one after the other, and once more when something changed meanwhile --- */
  function change() {
    changed++;
    clearTimeout(timer);
    timer = setTimeout(save, 1200);
  }

  async function save() {
    if (busy || saved === changed) return;
    busy = true;
    const now = changed;
    status.textContent = say.saving;
    try {
      const fields = new URLSearchParams(new FormData(form));
      fields.set("viec", "luu");
      const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.status === 409) return form.requestSubmit(form.querySelector(".keep button"));
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 419) sessionEnded();
      else if (answer.ok) { saved = now; show(await answer.json()); }
      else status.textContent = say.lost;
      busy = false;
    } catch (lost) {
      busy = false;
      status.textContent = say.lost;
      timer = setTimeout(save, 10000);
      return;
    }
    if (saved === now && changed !== now) change();
  }

  function sessionEnded() {
    const link = Object.assign(document.createElement("a"), { href: "/dang-nhap", target: "_blank", rel: "noopener", textContent: say.signIn });
    const go = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: say.goOn });
    status.replaceChildren(say.session, " ", link, " ", go);
    go.onclick = async () => {
      const answer = await fetch(form.action, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.ok) { form.elements[say.mark].value = (await answer.json()).mark; save(); }
    };
  }

  function show(state) {
    number.value = state.number;
    for (const mark of form.querySelectorAll("tbody .wrong")) mark.textContent = "";
    for (const cell of form.querySelectorAll("tbody [aria-invalid]")) cell.removeAttribute("aria-invalid");
    const all = everyRow();
    for (const [place, column, words] of state.cells) {
      const row = all[place], cell = row && column !== null && cells(row).find(one => one.name.endsWith("." + column));
      const mark = cell ? cell.closest("td").querySelector(".wrong") : row && row.querySelector(".nr .wrong");
      if (cell) { cell.setAttribute("aria-invalid", "true"); cell.setAttribute("aria-describedby", mark.id); }
      if (mark) mark.textContent = words;
    }
    form.querySelector(".whole").replaceChildren(...state.whole.map(words => Object.assign(document.createElement("li"), { textContent: words })));
    const count = state.cells.length + state.whole.length;
    status.textContent = say.saved + (count ? "; " + count + " " + say.wrong : "");
  }

  addEventListener("online", save);
  form.addEventListener("input", change);

  /* --- rows --- */
  function renamed(row, sheet) {
    const key = sheet + "." + next++;
    for (const field of row.querySelectorAll("[name]")) {
      if (field.name === "dong") field.value = key;
      else field.name = field.name.replace(/^(o|nguon|giu)\.\d+\.\d+/, "$1." + key);
    }
    row.removeAttribute("id");
    for (const mark of row.querySelectorAll(".wrong")) { mark.id = "w-" + key + "-" + Math.random().toString(36).slice(2); mark.textContent = ""; }
    return row;
  }

  function added(table) {
    const all = rows(table), row = renamed(all[all.length - 1].cloneNode(true), table.dataset.grows);
    row.className = "";
    for (const mark of row.querySelectorAll(".nr .tick, .nr [name^=nguon]")) mark.remove();
    for (const cell of cells(row)) { cell.value = ""; cell.removeAttribute("aria-invalid"); if (cell.dataset.first) cell.value = cell.dataset.first; }
    table.tBodies[0].append(row);
    numbered(table);
    return row;
  }

  function numbered(table) {
    rows(table).forEach((row, at) => {
      row.querySelector(".nr b").textContent = at + 1;
      for (const named of row.querySelectorAll("[aria-label]")) named.setAttribute("aria-label", named.getAttribute("aria-label").replace(/\d+(?!.*\d)/, at + 1));
    });
  }

  form.addEventListener("click", event => {
    const button = event.target.closest("button[name=viec]"), order = button ? button.value.split(".")[0] : "";
    const row = button && button.closest("tr"), table = row ? row.closest("table") : button && form.querySelector("table[data-grows='" + button.value.split(".")[1] + "']");
    if (!["them", "bo", "len", "xuong"].includes(order) || !table || !rows(table).length) return;
    if (order === "bo" && rows(table).length === 1) return; /* the server leaves an empty one */
    event.preventDefault();
    if (order === "them") cells(added(table))[0].focus();
    else if (order === "bo") row.remove();
    else if (order === "len" && row.previousElementSibling) row.previousElementSibling.before(row);
    else if (order === "xuong" && row.nextElementSibling) row.nextElementSibling.after(row);
    numbered(table);
    change();
  });

  /* --- pasting: a block of cells goes to the right and down from where it is pasted --- */
  function block(text) {
    const lines = [[]];
    const cell = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let match; (match = cell.exec(plain)); ) {
      lines[lines.length - 1].push(match[1] === undefined ? match[2] : match[1].replace(/""/g, '"'));
      if (match[3] === "\n") lines.push([]);
      if (match[3] === "") break;
    }
    return lines;
  }

  function put(cell, text) {
    const value = cell.maxLength > 0 ? text.trim().slice(0, cell.maxLength) : text.trim();
    if (cell.tagName !== "SELECT") cell.value = value;
    else {
      const same = [...cell.options].find(option => option.value.toLowerCase() === value.toLowerCase());
      if (!same && value) cell.add(new Option(value, value));
      cell.value = same ? same.value : value;
    }
  }

  form.addEventListener("paste", event => {
    const target = event.target, row = target.closest("tr"), table = target.closest("table.entry");
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!table || !(text.includes("\t") || (text.trim().includes("\n") && target.tagName !== "TEXTAREA"))) return;
    event.preventDefault();
    const first = cells(row).indexOf(target);
    let at = row;
    for (const line of block(text)) {
      if (!at) at = table.dataset.grows === undefined ? null : added(table);
      if (!at) break;
      const into = cells(at);
      line.forEach((value, place) => { if (into[first + place]) put(into[first + place], value); });
      const keep = at.querySelector("[name^='giu.']");
      if (keep) keep.checked = true; /* what was pasted over is no proposal any more */
      at = at.nextElementSibling;
    }
    change();
  });
})();
