// The next dates of a duty follow what is typed of its deadline; without this script a button asks for them.
const form = document.getElementById("duty");
const shown = document.getElementById("dates");
let turn = 0;

const ask = async () => {
  const mine = ++turn;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("go", "ngay");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dates = page.getElementById("dates");
    if (dates && mine === turn) shown.replaceChildren(...dates.childNodes);
  } catch {
    // No line: the button is still there.
  }
};

form.querySelector(".ways").addEventListener("change", ask);
