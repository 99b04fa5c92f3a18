// Texts come from models and from whoever asked them: they go into the page as text nodes, never as markup.
(function () {
  "use strict";
  const STEP = 50, COLOURS = 8, MOST_TICKS = 9, HEIGHT = 320;
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function sortable(table) {
    const heads = table.tHead.rows[0].cells;
    Array.from(heads).forEach(function (head, column) {
      const button = element("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
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

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  /** At most so many of the values, evenly spaced: ticks. */
  function thinned(values) {
    const every = Math.ceil(values.length / MOST_TICKS);
    return values.filter(function (value, i) { return i % every === 0; });
  }

  function axis(more) {
    return Object.assign({
      stroke: function () { return colour("--ink"); },
      grid: { stroke: function () { return colour("--line"); }, width: 1 },
      ticks: { stroke: function () { return colour("--line"); }, width: 1 },
      font: "13px system-ui, sans-serif", labelFont: "13px system-ui, sans-serif"
    }, more);
  }

  /** A curve that can be read off, in the place of what is drawn for paper. It is as wide as its place, whenever that is to be seen. */
  function curve(place, make) {
    let plot = null;
    new ResizeObserver(function () {
      const width = Math.floor(place.clientWidth);
      if (width === 0) return;
      if (plot === null) plot = make(width);
      else if (plot.width !== width) plot.setSize({ width: width, height: HEIGHT });
    }).observe(place);
    dark.addEventListener("change", function () { if (plot !== null) plot.redraw(false); });
    return { redraw: function () { if (plot !== null) plot.redraw(false); } };
  }

  /** Squares, where the other sets have circles: told apart without colours. */
  function squares(u, index, first, last) {
    const path = new Path2D(), half = 4 * devicePixelRatio;
    for (let i = first; i <= last; i++) {
      if (u.data[index][i] === null) continue;
      path.rect(u.valToPos(u.data[0][i], "x", true) - half, u.valToPos(u.data[index][i], "y", true) - half, 2 * half, 2 * half);
    }
    return { stroke: null, fill: path, clip: null, flags: 0 };
  }

  /** Refusals of every set against the strengths of a method; chosen says which of them the slider is at, pick moves it there. */
  function doseCurve(figure, run, family, chosen, pick) {
    const variants = family.points.map(function (i) { return run.variants[i]; });
    const strengths = variants.map(function (variant) { return variant.strength; });
    const columns = [strengths], series = [{}], bands = [];
    const share = function (rate) { return rate[1] === 0 ? null : rate[0] / rate[1]; };
    run.sets.forEach(function (set, i) {
      const ink = function () { return colour("--s" + i % COLOURS); };
      const base = share(run.variants[0].rates[i]);
      columns.push(variants.map(function (v) { return v.rates[i][3]; }), variants.map(function (v) { return v.rates[i][2]; }),
        strengths.map(function () { return base; }), variants.map(function (v) { return share(v.rates[i]); }));
      const points = { show: true, size: 8, fill: ink, stroke: ink };
      if (!set.refuse) points.paths = squares;
      series.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } },
        { stroke: ink, width: 1.5, dash: [7, 5], points: { show: false } }, { stroke: ink, width: 2.5, points: points });
      bands.push({ series: [columns.length - 4, columns.length - 3], fill: function () { return ink() + "29"; } });
    });
    const readout = figure.querySelector("[data-role=readout]");
    const say = function (i) {
      readout.textContent = variants[i].label + " — " + run.sets.map(function (set, s) { return set.name + " " + rateText(variants[i].rates[s]); }).join("; ")
        + (variants[i].kl === undefined ? "" : "; KL " + variants[i].kl.toFixed(4) + " nats per token");
    };
    const live = curve(figure.querySelector("[data-role=live]"), function (width) {
      const plot = new uPlot({
        width: width, height: HEIGHT, series: series, bands: bands,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: {
          x: { time: false, range: function (u, low, high) { const room = (high - low) * 0.03 || 1; return [low - room, high + room]; } },
          y: { range: [-0.02, 1.02] }
        },
        axes: [
          axis({ splits: function () { return thinned(strengths); }, values: function (u, all) { return all.map(String); }, label: "strength of " + family.name, labelSize: 22, size: 34 }),
          axis({ splits: function () { return [0, 0.25, 0.5, 0.75, 1]; }, values: function (u, all) { return all.map(function (v) { return 100 * v + " %"; }); }, size: 58 })
        ],
        hooks: {
          setCursor: [function (u) { say(u.cursor.idx === null || u.cursor.idx === undefined ? chosen() : u.cursor.idx); }],
          draw: [function (u) {
            const x = u.valToPos(strengths[chosen()], "x", true), c = u.ctx;
            c.save();
            c.strokeStyle = colour("--ink");
            c.lineWidth = 2 * devicePixelRatio;
            c.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
            c.beginPath();
            c.moveTo(x, u.bbox.top);
            c.lineTo(x, u.bbox.top + u.bbox.height);
            c.stroke();
            c.restore();
          }]
        }
      }, columns, figure.querySelector("[data-role=live]"));
      plot.over.addEventListener("click", function () { if (plot.cursor.idx !== null && plot.cursor.idx !== undefined) pick(plot.cursor.idx); });
      return plot;
    });
    figure.classList.add("alive");
    return { redraw: function () { say(chosen()); live.redraw(); } };
  }

  /** Any column of the table of layers as a curve over the layers. */
  function layerCurve(figure) {
    const table = document.getElementById(figure.dataset.table), select = figure.querySelector("select");
    const readout = figure.querySelector("[data-role=readout]"), place = figure.querySelector("[data-role=live]");
    const rows = Array.from(table.tBodies[0].rows);
    const layers = rows.map(function (row) { return Number(row.cells[0].dataset.value); });
    const steered = rows.map(function (row) { return row.classList.contains("chosen"); });
    const number = function (cell) { return cell.dataset.value === "" ? null : Number(cell.dataset.value); };
    const names = Array.from(table.tHead.rows[0].cells).map(function (head) { return head.textContent; });
    names.forEach(function (name, i) {
      if (i > 1 && rows.some(function (row) { return number(row.cells[i]) !== null; })) select.appendChild(new Option(name, String(i)));
    });
    if (select.options.length === 0) return;
    figure.hidden = false;
    const values = function () { return rows.map(function (row) { return number(row.cells[Number(select.value)]); }); };
    const say = function (i) {
      readout.textContent = i === null || i === undefined ? "Point at the curve, or choose another column: values appear here."
        : "layer " + layers[i] + (steered[i] ? " (steered)" : "") + ": " + names[Number(select.value)] + " " + rows[i].cells[Number(select.value)].textContent;
    };
    let plot = null;
    curve(place, function (width) {
      const ink = function () { return colour("--s0"); };
      plot = new uPlot({
        width: width, height: HEIGHT,
        series: [{}, { stroke: ink, width: 2.5, points: { show: true, size: 7, fill: ink, stroke: ink } }],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: [layers[0] - 0.5, layers[layers.length - 1] + 0.5] } },
        axes: [
          axis({ label: "layer", labelSize: 22, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100] }),
          axis({ size: 58 })
        ],
        hooks: {
          setCursor: [function (u) { say(u.cursor.idx); }],
          drawClear: [function (u) {
            u.ctx.save();
            u.ctx.fillStyle = colour("--mark");
            layers.forEach(function (layer, i) {
              if (!steered[i]) return;
              const from = u.valToPos(layer - 0.5, "x", true), to = u.valToPos(layer + 0.5, "x", true);
              u.ctx.fillRect(from, u.bbox.top, to - from, u.bbox.height);
            });
            u.ctx.restore();
          }]
        }
      }, [layers, values()], place);
      return plot;
    });
    select.addEventListener("change", function () { if (plot !== null) plot.setData([layers, values()]); say(null); });
    say(null);
  }

  function viewer(section, run) {
    const find = function (name) { return section.querySelector("[data-role=" + name + "]"); };
    const family = find("family"), slider = find("strength"), label = find("strength-label"), set = find("set");
    const show = find("show"), search = find("search"), status = find("status"), more = find("more");
    const body = find("answers").tBodies[0], at = find("at"), does = find("does");
    const curves = {};
    let shown = STEP;

    function points() { return run.families[Number(family.value)].points; }
    function place() { return Math.min(Number(slider.value), points().length - 1); }
    function current() { return points()[place()]; }

    section.querySelectorAll("[data-dose]").forEach(function (figure) {
      const own = figure.dataset.dose;
      curves[own] = doseCurve(figure, run, run.families[Number(own)],
        function () { return family.value === own ? place() : run.families[Number(own)].start; },
        function (i) { slider.value = String(i); slider.dispatchEvent(new Event("input")); });
    });

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
      does.textContent = "Chosen: " + variant.words + (variant.kl === undefined ? "" : "; KL " + variant.kl.toFixed(4) + " nats per token");
      slider.setAttribute("aria-valuetext", variant.label);
      section.querySelectorAll("[data-dose='" + family.value + "'] .cursor").forEach(function (line) {
        const x = line.dataset.at.split(" ")[place()];
        line.setAttribute("x1", x);
        line.setAttribute("x2", x);
      });
      if (curves[family.value]) curves[family.value].redraw();
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

  document.querySelectorAll("[data-role=layers]").forEach(layerCurve);
  document.querySelectorAll("table.sortable").forEach(sortable);
  data.runs.forEach(function (run) { viewer(document.getElementById(run.id), run); });
})();
