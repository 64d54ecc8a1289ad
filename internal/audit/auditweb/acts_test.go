package auditweb

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is recorded of working with others is told in words, and not by the name of
// the act.
func TestWhatIsRecordedOfRelationshipsIsTold(t *testing.T) {
	t.Parallel()
	recorded := regexp.MustCompile(`\.record\(ctx, tx, [^"\n]*"([a-z ]+[a-z])"`)
	found := 0
	for _, slice := range []string{"agency", "relationship", "workshop"} {
		files, err := filepath.Glob(filepath.Join("..", "..", slice, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, act := range recorded.FindAllStringSubmatch(string(source), -1) {
				found++
				if actOf(act[1]).href == nil {
					t.Errorf("%s: %q is told in no words", name, act[1])
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("found %d acts: is record called otherwise now?", found)
	}
}
