"""Components: one function of plain variables each, drawn by templates/components/<its name>.html."""
