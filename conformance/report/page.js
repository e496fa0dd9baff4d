"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const STATUSES = ["SAME", "DIFFERENT", "REFUSED", "LOST", "COPIED", "ALTERED", "SKIPPED", "BROKEN"];
  const RESULTS = { 0: "same", 1: "differs", 3: "broken", 5: "skipped" };
  const MARKS = { same: "\u2713", differs: "differs", broken: "broken", skipped: "skipped" };
  const MEANINGS = {
    A: "all keys lie where the profile has them", N: "nearly all: 9 of 10 keys or more",
    P: "a part: more keys than chance explains", C: "chance: as unrelated clients do",
    "-": "nothing to compare",
  };
  const $ = (id) => document.getElementById(id);
  const consequences = new Map(page.consequences);
  const clientOf = (name) => name.split("/", 1)[0];
  const letterClass = (letter) => "letter-" + (letter === "-" ? "none" : letter);
  const percent = (same, compared) => compared ? Math.floor(100 * same / compared) : 0;
  const chance = page.head.servers.length ? 100 / page.head.servers.length : 0;

  /* Names and reasons are anybody's text: they become text, never markup. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  const configurations = page.configurations.map((one, index) => {
    const keys = STATUSES.map((_, s) => one.comparisons.reduce((sum, c) => sum + c.counts[s], 0));
    const compared = keys.reduce((a, b) => a + b, 0) - keys[6];
    return { ...one, index, keys, compared, result: RESULTS[one.exit] || "differs",
             share: compared ? keys[0] / compared : 2 };
  });

  function cellOf(one, column) {
    if (!one.cells) return { letter: "-", same: 0, compared: 0 };
    const [same, compared, key, at] = one.cells[column];
    return { letter: one.letters[column], same, compared, key, at };
  }
  function ownOf(one) {
    if (!one.own) return { letter: "-", same: 0, compared: 0 };
    const [[same, compared, key, at], letter] = one.own;
    return { letter, same, compared, key, at };
  }
  const follows = (one) => one.cells
    ? page.profiles.slice(0, page.rows).filter((_, c) => one.letters[c] === "A").map((p) => p.name) : [];

  // The head.
  function drawHead() {
    const head = page.head;
    $("versions").textContent = [
      head.tool + " " + head.version, head.vectors && "vectors " + head.vectors, head.memcached,
      head.date, head.servers.length && `matrix over ${head.topology}: ` + head.servers.slice(0, 10).join(" ") +
        (head.servers.length > 10 ? " ..." : ""),
    ].filter(Boolean).join("  \u00b7  ");
    const count = (result) => configurations.filter((one) => one.result === result).length;
    const comparisons = configurations.reduce((sum, one) => sum + one.comparisons.length, 0);
    const same = configurations.reduce((sum, one) => sum + one.keys[0], 0);
    const box = (number, text, kind) =>
      make("span", { class: kind }, make("b", {}, number.toLocaleString("en")), " " + text);
    $("totals").append(
      box(configurations.length, "configurations"), box(count("same"), "agree", "good"),
      box(count("differs"), "differ", count("differs") ? "bad" : ""),
      box(count("broken"), "broken", count("broken") ? "bad" : ""), box(count("skipped"), "skipped"),
      box(comparisons, "comparisons"), box(same, "keys where they were wanted"));
    for (const [letter, meaning] of Object.entries(MEANINGS))
      $("legend").append(make("li", {}, make("i", { class: letterClass(letter) }, letter),
        meaning + (letter === "C" && chance ? ` (1 of ${head.servers.length}, ${Math.round(chance)} %)` : "")));
    $("legend").append(make("li", {}, "framed: the profile that the client claims"));
  }

  // The matrix.
  function drawHeadRow() {
    const row = $("grid").tHead.rows[0];
    row.append(make("th", { role: "columnheader", scope: "col" }, make("span", {}, "client and configuration")),
      make("th", { role: "columnheader", scope: "col", title: "the profile that it claims, with its overrides" },
        make("span", {}, "own: what it claims")));
    for (const profile of page.profiles.slice(0, page.rows))
      row.append(make("th", { role: "columnheader", scope: "col", title: profile.about || "" },
        make("span", {}, profile.name)));
  }
  function drawCell(cell, claimed) {
    const text = cell.letter === "-" ? "" : String(percent(cell.same, cell.compared));
    return make("td", { role: "gridcell", class: letterClass(cell.letter) + (claimed ? " claimed" : "") },
      make("b", {}, cell.letter), " ", make("small", {}, text));
  }
  function drawRow(one) {
    const client = clientOf(one.name);
    const row = make("tr", { role: "row" }, make("th", { role: "rowheader", scope: "row", title: one.name },
      make("span", { class: "mark " + one.result }, MARKS[one.result]),
      make("span", { class: "of" }, client), one.name.slice(client.length)));
    row.append(drawCell(ownOf(one), false));
    for (let c = 0; c < page.rows; c++) row.append(drawCell(cellOf(one, c), one.claim === c));
    row.one = one;
    one.row = row;
  }

  const languages = [...new Set(configurations.map((one) => one.language).filter(Boolean))].sort();
  let byColumn = -1; // the profile that the rows are sorted by
  const COMPARE = {
    order: (a, b) => a.index - b.index,
    name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    agreement: (a, b) => a.share - b.share,
    profile: (a, b) => (a.profile < b.profile ? -1 : a.profile > b.profile ? 1 : 0),
  };
  function compareBy(a, b) {
    if (byColumn < 0) return COMPARE[$("sort").value](a, b) || a.index - b.index;
    const share = (one) => { const c = cellOf(one, byColumn); return c.compared ? c.same / c.compared : -1; };
    return share(b) - share(a) || a.index - b.index;
  }
  function isWanted(one) {
    const words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [one.name, one.profile, one.version, one.language].join(" ").toLowerCase();
    return words.every((word) => text.includes(word)) &&
      ($("status").value === "" || $("status").value === one.result) &&
      ($("language").value === "" || $("language").value === (one.language || "?"));
  }
  function update() {
    const body = $("grid").tBodies[0];
    const shown = configurations.filter(isWanted).sort(compareBy);
    body.replaceChildren(...shown.map((one) => one.row));
    const clients = new Set();
    shown.forEach((one, i) => {
      const begins = i > 0 && clientOf(shown[i - 1].name) !== clientOf(one.name);
      one.row.classList.toggle("begins", begins && byColumn < 0 && $("sort").value !== "agreement");
      one.row.setAttribute("aria-rowindex", i + 2);
      clients.add(clientOf(one.name));
    });
    for (let c = 0; c < page.rows; c++) {
      const hide = $("followed").checked && !shown.some((one) => "ANP".includes(cellOf(one, c).letter));
      $("grid").tHead.rows[0].cells[c + 2].hidden = hide;
      for (const one of shown) one.row.cells[c + 2].hidden = hide;
    }
    $("shown").textContent = `${shown.length} of ${configurations.length} configurations, ${clients.size} clients`;
    $("empty").hidden = shown.length > 0;
    $("grid").setAttribute("aria-rowcount", shown.length + 1);
    for (const head of $("grid").tHead.rows[0].cells) head.removeAttribute("aria-sort");
    if (byColumn >= 0) $("grid").tHead.rows[0].cells[byColumn + 2].setAttribute("aria-sort", "descending");
    settle(null);
  }

  // The keyboard: one cell of the grid is in the order of Tab, arrows move it.
  let current = null;
  function settle(cell, focus) {
    if (current) current.removeAttribute("tabindex");
    const rows = $("grid").rows;
    if (!cell && current && current.isConnected && !current.hidden) cell = current;
    current = cell || (rows.length > 1 ? rows[1].cells[0] : rows[0].cells[0]);
    current.setAttribute("tabindex", "0");
    if (focus) {
      current.focus({ preventScroll: true });
      reveal(current);
    }
  }
  /* Scrolls a cell out from under the sticky head and column. */
  function reveal(cell) {
    const frame = $("matrix"), box = frame.getBoundingClientRect(), own = cell.getBoundingClientRect();
    const left = cell.cellIndex ? box.left + $("grid").rows[0].cells[0].offsetWidth : -Infinity;
    const top = cell.parentNode.rowIndex ? box.top + $("grid").tHead.offsetHeight : -Infinity;
    if (cell.cellIndex && own.left < left) frame.scrollLeft -= left - own.left;
    if (cell.cellIndex && own.right > box.right) frame.scrollLeft += own.right - box.right;
    if (cell.parentNode.rowIndex && own.top < top) frame.scrollTop -= top - own.top;
    if (cell.parentNode.rowIndex && own.bottom > box.bottom - 12) frame.scrollTop += own.bottom - box.bottom + 12;
  }
  function step(cell, down, right) {
    const rows = $("grid").rows;
    let r = cell.parentNode.rowIndex + down, c = cell.cellIndex;
    r = Math.max(0, Math.min(rows.length - 1, r));
    const visible = [...rows[r].cells].filter((one) => !one.hidden);
    const at = visible.indexOf(rows[r].cells[c]);
    return visible[Math.max(0, Math.min(visible.length - 1, at + right))];
  }
  function onKey(event) {
    const cell = event.target.closest("td, th");
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -9999], End: [0, 9999] };
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      settle(step(cell, event.ctrlKey && right ? 9999 * Math.sign(right) : down, right), true);
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      act(cell);
      event.preventDefault();
    }
  }
  function act(cell) {
    const column = cell.cellIndex - 2, row = cell.parentNode;
    settle(cell);
    if (!row.one) {
      byColumn = column < 0 || byColumn === column ? -1 : column;
      update();
      settle(cell, true);
    } else if (cell.cellIndex === 0) openConfiguration(row.one);
    else openCell(row.one, column < 0 ? row.one.claim : column, column < 0 ? ownOf(row.one) : cellOf(row.one, column));
  }

  // The explained difference.
  const quote = (text) => "'" + String(text).replaceAll("'", "'\\''") + "'";
  const heading = (text) => make("h3", {}, text);
  function open(title, ...parts) {
    $("sheet-title").textContent = title;
    $("sheet-body").replaceChildren(...parts.flat().filter(Boolean));
    $("sheet").showModal();
    $("sheet").scrollTop = 0;
    $("close").focus();
  }
  /* A column counts if it means something in the layouts of both; the layout itself says the rest. */
  function differences(claimed, wanted) {
    const layout = page.columns.findIndex(([name]) => name === "layout");
    const telling = [], other = [];
    page.columns.forEach(([name, about, layouts], c) => {
      if (claimed.values[c] === wanted.values[c]) return;
      const both = [claimed, wanted].every((p) => !layouts.length || layouts.includes(p.values[layout]));
      (both ? telling : other).push([name, about, claimed.values[c], wanted.values[c]]);
    });
    return [telling, other];
  }
  const value = (text) => text === "" ? make("span", { class: "note" }, "none") : make("code", {}, text);
  function drawDifferences(list, one, profile) {
    const row = ([name, about, found, wanted]) => make("tr", { class: "difference" },
      make("td", {}, make("b", {}, name), make("div", { class: "note" }, about)),
      make("td", {}, value(found)), make("td", {}, value(wanted)));
    const told = ([name]) => consequences.has(name)
      ? make("tr", { class: "consequence" }, make("td", { colspan: 3 }, consequences.get(name))) : null;
    return make("table", { class: "differences" }, make("thead", {}, make("tr", {}, make("th", {}, "column"),
      make("th", {}, one.name), make("th", {}, profile.name))),
      make("tbody", {}, ...list.flatMap((entry) => [row(entry), told(entry)]).filter(Boolean)));
  }
  function drawWay(title, at, trace) {
    const server = page.head.servers[at];
    const list = make("dl", { class: "way" }, make("dt", {}, title),
      make("dd", {}, at === null ? "no server" : `server ${at}, ${server}`));
    const add = (name, text) => list.append(make("dt", {}, name), make("dd", {}, make("code", {}, text)));
    if (trace && trace.length > 3) { add("hash", trace[3]); add("point", trace[4]); }
    if (trace && trace[2]) add("label", trace[2]);
    if (trace) list.append(make("dt", {}, "why"), make("dd", {}, trace[1]));
    return list;
  }
  function drawFirstKey(one, column, cell) {
    const key = page.keys[cell.key], wanted = page.traces[column + "/" + cell.key];
    const own = one.claim === null ? null : page.traces[one.claim + "/" + cell.key];
    return [heading("First key that differs"), make("pre", {}, key),
      drawWay("found on", cell.at, own && own[0] === cell.at && one.claim !== column ? own : null),
      drawWay("wanted on", wanted[0], wanted),
      heading("Reproduce"), make("pre", {}, "polyring explain --profile " + quote(page.profiles[column].name) +
        " --servers " + quote(page.head.servers.join(" ")) + " " + quote(key) +
        (one.claim !== null && one.claim !== column ? "\npolyring explain --profile " +
          quote(page.profiles[one.claim].name) + " --servers " + quote(page.head.servers.join(" ")) + " " + quote(key) : "") +
        "\npolyring-check run --client " + quote(one.name) + " --topology " + quote(page.head.topology))];
  }
  function drawCure(one, profile) {
    const cures = page.cures.filter(([name, wanted]) =>
      clientOf(name) === clientOf(one.name) && wanted === profile.name);
    const parts = [heading("To agree")];
    for (const [name, , version, setting] of cures)
      parts.push(make("p", { class: "cure" }, `${name}, verified with version ${version}:`), make("pre", {}, setting));
    if (!cures.length) parts.push(make("p", { class: "note" },
      `No setting of ${clientOf(one.name)} is recorded that makes it ${profile.name}.`));
    if (ownOf(one).letter === "A" && one.claim !== null)
      parts.push(make("p", {}, "Or let Polyring follow this client, with the profile "),
        make("pre", {}, page.profiles[one.claim].name));
    return parts;
  }
  function verdict(cell) {
    const share = cell.compared ? `${cell.same} of ${cell.compared} keys alike (${percent(cell.same, cell.compared)} %` +
      `; chance is ${Math.round(chance)} %): ` : "";
    return make("p", { class: "verdict" }, make("i", { class: letterClass(cell.letter) }, cell.letter),
      share + MEANINGS[cell.letter]);
  }
  function openCell(one, column, cell) {
    const profile = column === null ? null : page.profiles[column];
    if (!profile) return openConfiguration(one);
    const parts = [verdict(cell)], claimed = one.claim === null ? null : page.profiles[one.claim];
    if (profile.refusal) parts.push(make("p", {}, "Polyring refuses this list for the profile: " + profile.refusal));
    if (!one.cells) parts.push(make("p", {}, `${one.name} was not observed on ${page.head.topology}.`));
    if (claimed && claimed !== profile) {
      const [telling, other] = differences(claimed, profile);
      parts.push(heading(`${telling.length} column${telling.length === 1 ? " differs" : "s differ"}` +
        (cell.letter === "A" ? ", which these keys do not show" : "")));
      if (ownOf(one).letter !== "A") parts.push(make("p", { class: "note" },
        "The client does not follow what it claims with every key, so this is not the whole difference."));
      if (telling.length) parts.push(drawDifferences(telling, one, profile));
      if (other.length) parts.push(make("details", {}, make("summary", {},
        `${other.length} more that mean something to one of them only`), drawDifferences(other, one, profile)));
    } else if (claimed && cell.letter === "A") {
      parts.push(make("p", {}, "This is the profile that the client claims."));
    }
    if (cell.same < cell.compared) parts.push(...drawFirstKey(one, column, cell));
    if (claimed !== profile && cell.letter !== "A") parts.push(...drawCure(one, profile));
    open(`${one.name} and ${profile.name}`, parts);
  }
  function drawComparison(comparison) {
    const counts = STATUSES.map((name, s) => comparison.counts[s] ? `${comparison.counts[s]} ${name}` : "")
      .filter(Boolean).join(", ");
    const cell = make("td", {}, counts);
    for (const [id, key, status, why] of comparison.lines || [])
      cell.append(make("div", { class: "note" }, `${status} ${key || id}${why ? ": " + why : ""}`));
    if (comparison.note) cell.append(make("div", {}, comparison.note));
    if (comparison.explanation) cell.append(make("pre", {}, comparison.explanation));
    return make("tr", {}, make("td", {}, comparison.topology), make("td", {}, comparison.mode),
      make("td", { class: "mark " + RESULTS[comparison.exit] }, RESULTS[comparison.exit]), cell);
  }
  function openConfiguration(one) {
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...["Servers", "Mode", "Result", "Keys"].map(
      (text) => make("th", {}, text)))), make("tbody", {}, ...one.comparisons.map(drawComparison)));
    const names = follows(one);
    open(one.name, make("dl", { class: "way" },
      make("dt", {}, "version"), make("dd", {}, one.version || "unknown"),
      make("dt", {}, "language"), make("dd", {}, one.language || "unknown"),
      make("dt", {}, "claims"), make("dd", {}, make("code", {}, one.profile)),
      make("dt", {}, "follows"), make("dd", {}, names.length ? names.join(", ") : "no row of the table as it stands")),
      heading("Comparisons"), table);
  }

  // What was only recorded: a table a mode, a row a client, a column what it did.
  const describe = (fact) => [
    fact.flags === undefined ? "" : "flags " + fact.flags, fact.bytes === undefined ? "" : String(fact.bytes),
    fact.reads_as === undefined ? "" : "reads " + fact.reads_as, fact.says,
    Array.isArray(fact.servers) ? "on server " + (fact.servers.join(", ") || "none") : "",
    fact.status === "SAME" ? "" : fact.status, fact.why,
  ].filter((text) => text !== undefined && text !== "").join("; ");
  function tally(facts) {
    if (facts.length === 1) return describe(facts[0]) || facts[0].status;
    const textOf = (fact, where) => [fact.says, fact.status === "SAME" && fact.says ? "" : fact.status,
      where && Array.isArray(fact.servers) && fact.servers.length ? "on " + fact.servers.join("+") : ""].filter(Boolean).join(" ");
    for (const where of [true, false]) { /* by server too, unless that would be a list of its own */
      const counts = new Map();
      for (const fact of facts) counts.set(textOf(fact, where), (counts.get(textOf(fact, where)) || 0) + 1);
      if (counts.size <= 12 || !where) return [...counts].sort().map(([text, count]) => `${count} ${text}`).join(", ");
    }
    return "";
  }
  function pivot(facts) {
    const columnOf = (fact) => fact.phase !== undefined ? `${fact.phase}: ${fact.op || ""}`
      : [fact.op, (fact.type || fact.id || "").split("/").pop()].filter(Boolean).join(" ");
    const columns = [...new Set(facts.map(columnOf))], rows = new Map();
    for (const fact of facts) {
      const name = `${fact.client} on ${fact.topology}`;
      if (!rows.has(name)) rows.set(name, new Map());
      const row = rows.get(name), column = columnOf(fact);
      row.set(column, [...(row.get(column) || []), fact]);
    }
    return make("table", {}, make("thead", {}, make("tr", {}, make("th", {}, "client"),
      ...columns.map((column) => make("th", {}, column)))), make("tbody", {}, ...[...rows].map(([name, row]) =>
      make("tr", {}, make("th", { scope: "row" }, name),
        ...columns.map((column) => make("td", {}, row.has(column) ? tally(row.get(column)) : ""))))));
  }
  const TITLES = { value: "Values: what each client writes, and what it reads", fail: "Failover: where reads and writes went" };
  function drawFacts() {
    for (const mode of new Set(page.facts.map((fact) => fact.mode))) {
      const facts = page.facts.filter((fact) => fact.mode === mode);
      const box = make("details", { class: "recorded" }, make("summary", {},
        `${TITLES[mode] || "Recorded in mode " + mode} (${facts.length})`));
      box.addEventListener("toggle", () => {
        if (!box.querySelector("table")) box.append(make("div", { class: "scroll" }, pivot(facts)));
      });
      $("facts").append(box);
    }
  }
  function drawSummary() {
    $("summary").querySelector("tbody").append(...configurations.map((one) => make("tr", {},
      ...[one.name, one.version || "", one.language || "", one.profile, one.result,
        one.compared ? `${one.keys[0]} of ${one.compared}` : "", follows(one).join(", ")].map((text) => make("td", {}, text)))));
  }

  function option(select, text, setting) { select.append(make("option", { value: setting }, text)); }
  function drawControls() {
    option($("status"), "all", "");
    for (const result of Object.values(RESULTS)) option($("status"), result, result);
    option($("language"), "all", "");
    for (const language of languages) option($("language"), language, language);
    if (configurations.some((one) => !one.language)) option($("language"), "unknown", "?");
    $("controls").addEventListener("submit", (event) => event.preventDefault());
    $("find").addEventListener("input", update);
    $("controls").addEventListener("change", (event) => { if (event.target === $("sort")) byColumn = -1; update(); });
  }
  function drawTheme() {
    const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
    const label = () => { $("theme").textContent = isDark() ? "Light" : "Dark"; };
    try { if (localStorage.polyringTheme) root.dataset.theme = localStorage.polyringTheme; } catch { /* no storage */ }
    $("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.polyringTheme = root.dataset.theme; } catch { /* no storage */ }
      label();
    });
    dark.addEventListener("change", label);
    label();
  }

  drawTheme();
  drawHead();
  drawControls();
  drawHeadRow();
  configurations.forEach(drawRow);
  $("grid").setAttribute("aria-colcount", page.rows + 2);
  $("grid").addEventListener("click", (event) => {
    const cell = event.target.closest("td, th");
    if (cell) act(cell);
  });
  $("grid").addEventListener("keydown", onKey);
  $("close").addEventListener("click", () => $("sheet").close());
  $("sheet").addEventListener("click", (event) => { if (event.target === $("sheet")) $("sheet").close(); });
  $("sheet").addEventListener("close", () => { if (current) settle(current, true); });
  drawFacts();
  drawSummary();
  update();
})();
