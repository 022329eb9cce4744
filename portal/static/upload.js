/* Sends the files of a form up piece by piece, so that a lost line costs nothing. Without it the plain form works. */
"use strict";
(() => {
  const dropped = document.querySelector("[data-drop-draft]");
  if (dropped) sessionStorage.removeItem(dropped.dataset.dropDraft);

  const form = document.querySelector("form[data-upload]");
  if (!form || !window.fetch || !Blob.prototype.slice) return;
  const PIECE = 1 << 20, LONGEST_WAIT = 30000;
  const base = form.dataset.upload, say = form.dataset, lang = say.lang;
  const input = form.querySelector("input[type=file]"), list = form.querySelector(".uploads");
  const button = form.querySelector("button.main"), mark = form.querySelector("[name=" + say.mark + "]");
  const address = tail => base + tail + (lang ? (tail.includes("?") ? "&" : "?") + "lang=" + lang : "");
  const queue = [];
  let busy = false, submitting = false;

  /* --- talking to the server: a lost line is waited out, an ended session asks for sign-in --- */
  let wake = () => {};
  const sleep = ms => new Promise(done => { wake = done; setTimeout(done, ms); });
  addEventListener("online", () => wake());

  async function ask(line, tail, body, type) {
    for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const headers = { "X-Kyhan-Form": mark.value };
        if (type) headers["Content-Type"] = type;
        const options = body === undefined ? { redirect: "manual" } : { method: "POST", body, headers, redirect: "manual" };
        const answer = await fetch(address(tail), options);
        if (answer.type === "opaqueredirect" || answer.status === 419) { await signedInAgain(line); continue; }
        if (answer.status < 500) return answer;
      } catch (lost) { /* shown below */ }
      tell(line, say.lost);
      await sleep(wait);
    }
  }

  async function signedInAgain(line) {
    tell(line, say.session);
    const link = document.createElement("a"), go = document.createElement("button");
    link.href = "/dang-nhap"; link.target = "_blank"; link.rel = "noopener"; link.textContent = say.signIn;
    go.type = "button"; go.textContent = say.goOn;
    line.words.append(" ", link, " ", go);
    await new Promise(done => { go.onclick = done; });
    try {
      const answer = await fetch(address(""), { redirect: "manual" });
      if (answer.ok) mark.value = (await answer.json()).mark;
    } catch (lost) { /* tried again */ }
  }

  /* --- one file --- */
  function tell(line, words, kind) {
    line.words.textContent = words;
    line.item.className = kind || "";
  }

  function shown(name, size) {
    const item = document.createElement("li"), bar = document.createElement("progress");
    const title = document.createElement("b"), words = document.createElement("span"), drop = document.createElement("button");
    title.textContent = name; words.className = "small"; words.setAttribute("role", "status");
    bar.max = size || 1; bar.value = 0; bar.setAttribute("aria-label", name);
    drop.type = "button"; drop.className = "small"; drop.textContent = say.remove;
    item.append(title, " ", bar, " ", words, " ", drop);
    list.append(item);
    const line = { item, bar, words, dropped: false };
    drop.onclick = () => { line.dropped = true; item.remove(); wake(); settle(); };
    return line;
  }

  async function send(file, line) {
    const parameters = new URLSearchParams({ name: file.name, size: file.size, likeness: file.lastModified + "" });
    let answer = await ask(line, "", parameters);
    let state = await answer.json().catch(() => ({}));
    if (!answer.ok) return tell(line, state.words || say.failed, "wrong");
    const token = state.token;
    for (let tries = 0; tries < 3; tries++) {
      let at = state.whole ? file.size : state.received;
      while (at < file.size) {
        if (line.dropped) return;
        line.bar.value = at;
        tell(line, Math.floor(100 * at / file.size) + " %");
        answer = await ask(line, "/" + token + "?tu=" + at, file.slice(at, at + PIECE), "application/octet-stream");
        state = await answer.json().catch(() => ({}));
        if (answer.status !== 200 && answer.status !== 409) return tell(line, say.failed, "wrong");
        at = state.received;
      }
      line.bar.value = at;
      tell(line, say.checking);
      answer = await ask(line, "/" + token + "/xong", new URLSearchParams({ sha256: await digest(file) }));
      state = await answer.json().catch(() => ({}));
      if (answer.status !== 409) break;
    }
    if (!answer.ok) return tell(line, state.words || say.failed, "wrong");
    if (!line.dropped) keep(line, token, state.words);
  }

  async function digest(file) {
    if (!window.crypto || !crypto.subtle) return "";
    const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(sum)].map(byte => byte.toString(16).padStart(2, "0")).join("");
  }

  function keep(line, token, words) {
    const field = document.createElement("input");
    field.type = "hidden"; field.name = "tai_len"; field.value = token;
    line.item.append(field);
    line.bar.value = line.bar.max;
    tell(line, words, "done");
  }

  /* --- the form --- */
  async function work() {
    if (busy) return;
    busy = true;
    for (let next; (next = queue.shift());) if (!next.line.dropped) await send(next.file, next.line);
    busy = false;
    settle();
  }

  function settle() {
    input.required = !busy && !form.querySelector("[name=tai_len]"); /* what is on its way counts as chosen */
    button.disabled = submitting;
    if (submitting && !busy) {
      submitting = button.disabled = false;
      if (form.querySelector("[name=tai_len]")) form.requestSubmit(button);
    }
  }

  input.addEventListener("change", () => {
    for (const file of input.files) queue.push({ file, line: shown(file.name, file.size) });
    input.value = "";
    input.required = false;
    work();
  });

  let sent = false;
  form.addEventListener("submit", event => {
    save();
    if (busy) { event.preventDefault(); submitting = true; settle(); return; }
    if (sent) { event.preventDefault(); return; }
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });

  /* --- what was typed outlives an ended session and a closed page of this tab --- */
  const draft = location.pathname;
  const fields = [...form.querySelectorAll("input[type=text], input[type=date], textarea")];
  const save = () => sessionStorage.setItem(draft, JSON.stringify(Object.fromEntries(fields.map(f => [f.name, f.value]))));
  form.addEventListener("input", save);
  try {
    const kept = JSON.parse(sessionStorage.getItem(draft) || "{}");
    for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name];
  } catch (spoilt) { sessionStorage.removeItem(draft); }

  fetch(address(""), { redirect: "manual" }).then(answer => answer.ok ? answer.json() : { uploads: [] }).then(({ uploads }) => {
    for (const upload of uploads) {
      const line = shown(upload.name, upload.size);
      if (upload.whole) keep(line, upload.token, upload.words);
      else {
        line.bar.value = upload.received;
        tell(line, say.chooseAgain);
      }
    }
    settle();
  }).catch(() => {});
})();
