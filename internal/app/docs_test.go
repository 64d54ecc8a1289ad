package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryPageOfTheDocsIsListed: a stranger finds a guide or a decision by the
// list of them.
func TestEveryPageOfTheDocsIsListed(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"../../docs/decisions", "../../docs/guides"} {
		list, err := os.ReadFile(filepath.Join(folder, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		pages, err := filepath.Glob(filepath.Join(folder, "*.md"))
		if err != nil || len(pages) < 5 {
			t.Fatalf("%d pages in %s: %v", len(pages), folder, err)
		}
		for _, page := range pages {
			if name := filepath.Base(page); name != "README.md" && !strings.Contains(string(list), "]("+name+")") {
				t.Errorf("%s is not in the list of %s", name, folder)
			}
		}
	}
}
