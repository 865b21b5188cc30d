"use strict";
// What a report's page does: sorts tables, switches panels, and shows the point that is pointed at. No network, no library.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Tables: a heading sorts by its column, upwards first for words and downwards for numbers; absent values stay last.
  const valueOf = (cell) => {
    if (!("value" in cell.dataset)) return cell.textContent.trim();
    return Number(cell.dataset.value.replace("inf", "Infinity"));
  };
  const compare = (a, b, sign) => {
    const missing = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    if (missing) return missing;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b || 0);
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  };
  const sortBy = (table, heading) => {
    const headings = all("thead th", table);
    const column = headings.indexOf(heading);
    const before = heading.getAttribute("aria-sort");
    const first = heading.classList.contains("number") ? "descending" : "ascending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = before === first ? second : first;
    headings.forEach((each) => each.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", order);
    const body = table.tBodies[0];
    const sign = order === "ascending" ? 1 : -1;
    const rows = [...body.rows].map((row) => [valueOf(row.cells[column]), row]);
    rows.sort((a, b) => compare(a[0], b[0], sign));
    body.append(...rows.map(([, row]) => row));
  };
  for (const table of all("table.sortable"))
    for (const heading of all("thead th", table))
      heading.querySelector("button").addEventListener("click", () => sortBy(table, heading));

  // Panels: a list shows one of several.
  for (const list of all("select[data-switch]")) {
    const show = () => {
      for (const panel of all(`[data-panel="${list.dataset.switch}"]`)) panel.hidden = panel.dataset.value !== list.value;
    };
    list.addEventListener("change", show);
    show(); // a browser may have remembered another choice
  }

  const data = JSON.parse(document.getElementById("data").textContent);
  if (!data) return;

  // Pictures lie in the data once, however often they are shown, and get into the page when they are near.
  const pictureOf = (kind, point) => {
    const picture = data.pictures[kind];
    const place = picture ? picture.of[point] : null;
    return place === null || place === undefined ? null : picture.sources[place];
  };
  const mapOf = (plot, point) => (data.plots[plot].pictures[point] || [null, ""]);
  const kinds = { reference: 0, distorted: 1 };
  const fill = (image) => {
    const point = Number(image.dataset.point);
    const [source, text] =
      image.dataset.show === "map" ? mapOf(Number(image.dataset.plot), point) : [pictureOf(kinds[image.dataset.show], point), ""];
    if (!source) return image.closest("figure").remove();
    image.src = source;
    if (text) image.title = text;
  };
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries)
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        fill(entry.target);
      }
  }, { rootMargin: "400px" });
  all("img[data-show]").forEach((image) => near.observe(image));

  // The chosen point.
  const inspector = document.getElementById("inspector");
  const svgs = all("svg[data-plot]");
  if (!inspector || !svgs.length) return;
  const body = inspector.querySelector(".inspector-body");
  const pictures = body.querySelector(".pictures");
  const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });
  const figure = (source, label, note) => {
    const made = element("figure");
    const image = Object.assign(element("img"), { src: source, alt: label, title: note });
    const caption = element("figcaption", label);
    if (note) caption.append(element("small", note));
    made.append(image, caption);
    return made;
  };
  let chosen = null;
  let current = 0;
  let kept = false;

  const keep = (state) => {
    kept = state;
    inspector.classList.toggle("kept", state);
    document.getElementById("inspector-hint").textContent = state
      ? "Kept: Escape, or a click beside the dots, lets go."
      : "Click or Enter keeps this dot, arrow keys go on.";
  };
  const show = (point, plot) => {
    if (point === null || (point === chosen && plot === current)) return;
    [chosen, current] = [point, plot];
    body.hidden = false;
    if (!kept) keep(false);
    document.getElementById("inspector-name").textContent = data.names[point];
    const [map, note] = mapOf(plot, point);
    pictures.replaceChildren(
      ...data.pictures.map((each, kind) => [pictureOf(kind, point), each.label, ""]).concat([[map, data.plots[plot].picture, note]])
        .filter(([source]) => source).map((each) => figure(...each)),
    );
    body.querySelector("dl").replaceChildren(
      ...data.facts.map(({ label, values }) => {
        const line = element("div");
        line.append(element("dt", label), element("dd", values[point]));
        return line;
      }),
    );
    const row = (title, cells, now) => {
      const made = element("tr");
      made.className = now ? "now" : "";
      made.append(element("th", title), ...cells.map((cell) => element("td", cell)));
      return made;
    };
    const head = element("tr");
    head.append(element("th"), ...data.plots[plot].facts.map(({ label }) => element("th", label)));
    body.querySelector("thead").replaceChildren(head);
    body.querySelector("tbody").replaceChildren(
      ...data.plots.map((each, k) => row(each.title, each.facts.map(({ values }) => values[point]), k === plot)),
    );
    for (const svg of svgs) {
      const ring = svg.querySelector(".chosen");
      const dot = data.plots[Number(svg.dataset.plot)].dots[point];
      ring.toggleAttribute("hidden", !dot);
      if (dot) {
        ring.setAttribute("cx", dot[0]);
        ring.setAttribute("cy", dot[1]);
      }
    }
  };
  // A group that is picked fades all others, which then are not pointed at either.
  let group = null;
  const groupOf = new Map();
  const chips = all(".chip[data-group]");
  const pick = (name) => {
    group = group === name ? null : name;
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.group === group)));
    for (const layer of all("svg[data-plot] .marks, svg[data-plot] .dots")) {
      layer.classList.toggle("faded", group !== null);
      all("path", layer).forEach((path) => path.classList.toggle("lit", path.dataset.group === group));
    }
  };
  chips.forEach((chip) => chip.addEventListener("click", () => pick(chip.dataset.group)));
  const pointable = (point) => group === null || data.group_of[point] === Number(group);

  const reach = 14; // of the drawing's units
  const nearest = (svg, event, within) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    let [found, least] = [null, within * within];
    data.plots[Number(svg.dataset.plot)].dots.forEach((dot, point) => {
      if (!dot || !pointable(point)) return;
      const distance = (dot[0] - at.x) ** 2 + (dot[1] - at.y) ** 2;
      if (distance < least) [found, least] = [point, distance];
    });
    return found;
  };
  for (const svg of svgs) {
    const plot = Number(svg.dataset.plot);
    const { dots, order } = data.plots[plot];
    const byScore = dots.map((_, point) => point).filter((point) => dots[point]);
    byScore.sort((a, b) => dots[a][0] - dots[b][0] || dots[a][1] - dots[b][1]);
    const step = (way, by) => {
      const open = way.filter(pointable);
      const place = open.indexOf(chosen);
      return open[place < 0 ? 0 : Math.min(Math.max(place + by, 0), open.length - 1)] ?? null;
    };
    const keys = {
      ArrowRight: () => step(byScore, 1), ArrowLeft: () => step(byScore, -1),
      ArrowUp: () => step(byScore, 10), ArrowDown: () => step(byScore, -10),
      PageDown: () => step(order, 1), PageUp: () => step(order, -1),
      Home: () => byScore.filter(pointable)[0] ?? null, End: () => byScore.filter(pointable).at(-1) ?? null,
    };
    svg.addEventListener("pointermove", (event) => { if (!kept) show(nearest(svg, event, reach), plot); });
    svg.addEventListener("click", (event) => {
      const found = nearest(svg, event, 2 * reach);
      show(found, plot);
      keep(found !== null);
    });
    svg.addEventListener("focus", () => { if (!kept && svg.matches(":focus-visible")) show(chosen ?? order[0] ?? null, plot); });
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") keep(!kept);
      else if (event.key in keys) show(keys[event.key](), plot);
      else return;
      event.preventDefault();
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") keep(false); });
  for (const button of all("button.choose"))
    button.addEventListener("click", () => {
      const plot = Number(button.dataset.plot);
      show(Number(button.dataset.point), plot);
      keep(true);
      document.getElementById(`plot-${plot}`).scrollIntoView({ block: "center" });
    });
})();
