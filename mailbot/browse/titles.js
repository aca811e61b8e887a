// What is asked for most stands on top: questions, then views; descriptions and SQL open at a click.
function fold(node, summary) {
  if (!node) return;
  const details = document.createElement("details");
  details.append(Object.assign(document.createElement("summary"), { textContent: summary }));
  node.before(details);
  details.append(node);
  return details;
}
fold(document.querySelector("dl.column-descriptions"), told.folds.columns);
const views = document.getElementById("views");
if (views) {
  const list = views.nextElementSibling;
  document.getElementById("tables").before(views, list);
  const sql = fold(document.querySelector("form.sql"), told.folds.sql);
  if (sql) list.after(sql);
}
// Columns and tables by their titles; the name that SQL uses stands beside it, small.
function entitle(node, title) {
  if (!title) return;
  const name = node.textContent.trim();
  const small = document.createElement("small");
  small.textContent = " " + name;
  small.style.opacity = "0.6";
  node.replaceChildren(document.createTextNode(title), small);
}
for (const head of document.querySelectorAll("table.rows-and-columns th")) {
  const name = head.dataset.column || head.textContent.trim();
  entitle(head.querySelector("a") || head, told.columns[name]);
}
for (const term of document.querySelectorAll("dl.column-descriptions dt")) {
  entitle(term, told.columns[term.textContent.trim()]);
}
for (const facet of document.querySelectorAll(".facet-info")) {
  const name = facet.querySelector("strong")?.firstChild;
  const words = told.codes[facet.dataset.column] || {};
  for (const value of facet.querySelectorAll("li a")) value.textContent = words[value.textContent] || value.textContent;
  if (name) name.textContent = (told.columns[facet.dataset.column] || name.textContent.trim()) + " ";
}
document.head.append(Object.assign(document.createElement("style"), {
  textContent: ".col-number, .col-other, .col-phone, .col-status, [class*=_at] { white-space: nowrap; }",
}));
for (const link of document.querySelectorAll(".db-table h3 a, #views + ul a, .content ul.bullets a")) {
  entitle(link, told.tables[link.textContent.trim()]);
}
