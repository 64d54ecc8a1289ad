package agency

import "embed"

// Sample are small registers of invented bodies, in the layouts of the real ones: for
// the demonstration, and to see how an import goes.
//
//go:embed sample/*.csv sample/*.tsv
var Sample embed.FS
