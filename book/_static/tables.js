// Tables that are wider than the text: into the margin if it holds them, set smaller if that helps,
// else a card of each row.
(() => {
  const GAP = 24; // pixels kept free at the window's edge
  const WIDE = 1100; // pixels from which a window has a margin beside the text
  const boxes = "div.table-scroll, div.pst-scrollable-table-container, div.text_html";

  // The roles keep a table a table for screen readers, whatever its boxes are displayed as.
  const ROLES = { table: "table", tbody: "rowgroup", thead: "rowgroup", tr: "row", td: "cell" };

  const label = (table) => {
    if (table.dataset.labelled) return;
    const headings = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.innerText.trim());
    for (const row of [...table.tBodies].flatMap((body) => [...body.rows]))
      [...row.cells].forEach((cell, k) => {
        if (headings[k]) cell.dataset[k ? "heading" : "title"] = headings[k];
      });
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody, tr, td, th")) {
      const head = part.scope === "row" ? "rowheader" : "columnheader";
      part.setAttribute("role", ROLES[part.localName] ?? head);
    }
    table.dataset.labelled = "yes";
  };

  const placed = (table, box) => {
    if (table.offsetWidth <= box.clientWidth) return true;
    const room = document.documentElement.clientWidth - box.getBoundingClientRect().left - GAP;
    const needed = table.offsetWidth + 1;
    if (needed > room || room <= box.clientWidth) return false;
    box.style.setProperty("--room", `${needed}px`);
    box.classList.add("in-margin");
    return true;
  };

  const fit = (table) => {
    const box = table.closest(boxes) ?? table.parentElement;
    table.classList.remove("as-cards", "dense");
    box.classList.remove("in-margin");
    if (!box.clientWidth || placed(table, box)) return;
    if (innerWidth >= WIDE) {
      table.classList.add("dense");
      if (placed(table, box)) return;
      table.classList.remove("dense");
    }
    label(table);
    table.classList.add("as-cards");
  };

  const start = () => {
    const tables = [...document.querySelectorAll("article table")].filter(
      (table) => table.tHead && !table.closest("table table, .rt-live, .highlight"),
    );
    const margin = document.querySelector("div.bd-sidebar-secondary");
    const seen = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries)
        isIntersecting ? seen.add(target) : seen.delete(target);
      const over = [...seen].some((box) => box.classList.contains("in-margin"));
      margin?.classList.toggle("under-table", over);
    });
    const all = () => tables.forEach(fit);
    tables.forEach((table) => {
      watch.observe(table.closest(boxes) ?? table.parentElement);
      table.closest("details")?.addEventListener("toggle", () => fit(table));
    });
    all();
    new ResizeObserver(all).observe(document.querySelector("article") ?? document.body);
    document.fonts?.ready.then(all);
  };

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
