// Under each table its numbers as CSV, under each figure the rows behind it, and under both where
// they come from. All of it is made here, so that a page without scripts shows no dead control.
(() => {
  const page = location.pathname.split("/").pop().replace(/\.html$/, "");

  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  };

  // A cell of several parts, such as paper, ours and deviation, is written "paper | ours | deviation".
  const text = (cell) => {
    const parts = [...cell.children].filter((part) => /^(SPAN|B|I)$/.test(part.tagName));
    const texts = (parts.length > 1 ? parts : [cell]).map((part) => part.textContent);
    return texts.map((one) => one.replace(/\s+/g, " ").trim()).join(" | ");
  };

  const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  const csv = (table) =>
    [...table.rows].map((row) => [...row.cells].map((cell) => quoted(text(cell))).join(",")).join("\n");

  // The mark in front tells spreadsheets that the text is UTF-8.
  const save = (name, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", content, "\n"], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const whereFrom = (origin) => {
    const folded = element("details", "numbers-from", "");
    const summary = element("summary", "", "Where from");
    const inside = element("p", "", "");
    summary.title = origin.textContent;
    inside.append(...origin.cloneNode(true).childNodes);
    folded.append(summary, inside);
    return folded;
  };

  const under = (place, control, origin) => {
    const line = element("div", "numbers", "");
    line.append(control, ...(origin ? [whereFrom(origin)] : []));
    place.after(line);
  };

  const ofTable = (table, number, origin) => {
    const button = element("button", "numbers-csv", "CSV");
    button.type = "button";
    button.setAttribute("aria-label", `Table ${number} as CSV`);
    button.addEventListener("click", () => save(`${page}-table-${number}.csv`, csv(table)));
    under(table.closest("div.table-scroll, div.pst-scrollable-table-container") ?? table, button, origin);
  };

  const ofFigure = (figure, rows, origin) => {
    const link = element("a", "numbers-csv", "Rows (CSV)");
    link.href = rows;
    link.download = `${page}.csv`;
    under(figure, link, origin);
  };

  const start = () => {
    const meta = (name) => document.querySelector(`meta[name="slfkit-${name}"]`)?.content;
    const rows = meta("rows");
    const origin =
      document.querySelector("article details.provenance > p") ??
      (meta("from") ? element("p", "", meta("from")) : null);
    const tables = document.querySelectorAll("article :is(table.slfkit, table.scoreboard)");
    [...tables]
      .filter((table) => table.tHead && !table.closest(".rt-live"))
      .forEach((table, k) => ofTable(table, k + 1, origin));
    if (rows)
      for (const figure of document.querySelectorAll("article figure[id^='fig-']"))
        ofFigure(figure, rows, origin);
  };

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
