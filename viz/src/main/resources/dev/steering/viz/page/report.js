"use strict";
// Texts come from models and from whoever asked them: they go into the page as text nodes, never as markup.
(function () {
  const STEP = 50;
  const data = JSON.parse(document.getElementById("report-data").textContent);

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function sortable(table) {
    const heads = table.tHead.rows[0].cells;
    Array.from(heads).forEach(function (head, column) {
      const button = element("button", head.textContent);
      button.type = "button";
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        const up = head.getAttribute("aria-sort") !== "ascending";
        Array.from(heads).forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = Array.from(table.tBodies[0].rows);
        const key = function (row) { return row.cells[column].dataset.value || row.cells[column].textContent; };
        rows.sort(function (a, b) {
          const x = key(a), y = key(b), p = Number(x), q = Number(y);
          const order = Number.isNaN(p) || Number.isNaN(q) ? (x < y ? -1 : x > y ? 1 : 0) : p - q;
          return up ? order : -order;
        });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      });
    });
  }

  function percent(share) { return (100 * share).toFixed(1) + " %"; }

  function rateText(rate) {
    return rate[1] === 0 ? "no prompts" : percent(rate[0] / rate[1]) + " [" + (100 * rate[2]).toFixed(1) + ", " + (100 * rate[3]).toFixed(1) + "], " + rate[0] + " of " + rate[1];
  }

  function viewer(section, run) {
    const find = function (name) { return section.querySelector("[data-role=" + name + "]"); };
    const family = find("family"), slider = find("strength"), label = find("strength-label"), set = find("set");
    const show = find("show"), search = find("search"), status = find("status"), more = find("more");
    const body = find("answers").tBodies[0], at = find("at");
    let shown = STEP;

    function points() { return run.families[Number(family.value)].points; }
    function current() { return points()[Math.min(Number(slider.value), points().length - 1)]; }

    function prepare() {
      const all = points();
      slider.max = String(all.length - 1);
      slider.value = String(run.families[Number(family.value)].start);
      slider.closest("label").hidden = all.length < 2;
      section.querySelectorAll("[data-dose]").forEach(function (figure) { figure.hidden = figure.dataset.dose !== family.value; });
    }

    function wanted(prompt, before, after) {
      if (set.value !== "" && prompt.set !== Number(set.value)) return false;
      const b = run.verdicts[before[1]], a = run.verdicts[after[1]];
      switch (show.value) {
        case "changed": if (b.refusal === a.refusal) return false; break;
        case "answered": if (!(b.refusal && !a.refusal)) return false; break;
        case "refused": if (!(!b.refusal && a.refusal)) return false; break;
        case "wrong": if (after[2] === 1) return false; break;
        case "broken": if (!a.broken) return false; break;
      }
      const words = search.value.trim().toLowerCase();
      return words === "" || [prompt.text, before[0], after[0]].some(function (id) { return data.texts[id].toLowerCase().includes(words); });
    }

    function cell(answer, head) {
      const made = element("td");
      made.dataset.head = head;
      const verdict = run.verdicts[answer[1]];
      made.appendChild(element("span", verdict.word + (answer[2] === 1 ? ", right" : ", wrong"), "tag " + (answer[2] === 1 ? "right" : "wrong")));
      const text = element("div", data.texts[answer[0]], "text");
      text.dir = "auto";
      made.appendChild(text);
      return made;
    }

    function draw() {
      const variant = run.variants[current()], base = run.variants[0];
      label.textContent = variant.label;
      slider.setAttribute("aria-valuetext", variant.label);
      section.querySelectorAll("[data-dose='" + family.value + "'] .cursor").forEach(function (line) {
        const x = line.dataset.at.split(" ")[Math.min(Number(slider.value), points().length - 1)];
        line.setAttribute("x1", x);
        line.setAttribute("x2", x);
      });
      Array.from(at.tBodies[0].rows).forEach(function (row, i) { row.cells[3].textContent = rateText(variant.rates[i]); });
      const hits = [];
      run.prompts.forEach(function (prompt, i) { if (wanted(prompt, base.answers[i], variant.answers[i])) hits.push(i); });
      status.textContent = hits.length + " of " + run.prompts.length + " prompts" + (hits.length > shown ? ", the first " + shown + " are shown" : "");
      more.hidden = hits.length <= shown;
      body.textContent = "";
      hits.slice(0, shown).forEach(function (i) {
        const prompt = run.prompts[i], row = element("tr"), head = element("th");
        head.scope = "row";
        head.dataset.head = "prompt";
        head.appendChild(element("span", run.sets[prompt.set].name + ", " + (run.sets[prompt.set].refuse ? "to be refused" : "to be answered"), "tag"));
        const text = element("div", data.texts[prompt.text], "text");
        text.dir = "auto";
        head.appendChild(text);
        row.appendChild(head);
        row.appendChild(cell(base.answers[i], "without: " + base.label));
        row.appendChild(cell(variant.answers[i], "with: " + variant.label));
        body.appendChild(row);
      });
    }

    function anew() { shown = STEP; draw(); }
    family.addEventListener("change", function () { prepare(); anew(); });
    slider.addEventListener("input", anew);
    [set, show].forEach(function (control) { control.addEventListener("change", anew); });
    search.addEventListener("input", anew);
    more.addEventListener("click", function () { shown += STEP; draw(); });
    prepare();
    draw();
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  data.runs.forEach(function (run) { viewer(document.getElementById(run.id), run); });
})();
