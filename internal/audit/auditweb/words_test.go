package auditweb

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// elsewhere is what is recorded on no area's history: of the installation, and of
// people's own accounts.
var elsewhere = []string{
	"account linked", "agencies imported", "areas imported", "bodies linked", "body noted", "calendar address ended", "calendar address made",
	"checkpoint party added", "checkpoint party ended", "database restored", "demonstration ended", "geography imported",
	"installation founded", "organisation added", "organisation changed", "passkey added", "passkey doubted",
	"passkey recovery asked for", "passkey recovery confirmed", "passkey recovery stopped", "passkey recovery used", "passkey removed",
	"person added", "programme begun", "rule book taken", "sign-in link made at the command line", "signed in", "signed out",
	"signed out elsewhere", "token ended", "token made", "tokens ended",
}

// withOthers are the slices of working with others: each of their acts leads to where
// it can be read.
var withOthers = regexp.MustCompile(`^\.\./\.\./(agency|relationship|workshop)/[^/]+$`)

// TestEveryActHasWords reads the program itself: what is recorded is an Act that
// is written out, or handed to a function called record.
func TestEveryActHasWords(t *testing.T) {
	t.Parallel()
	known := map[string]act{}
	for _, a := range acts {
		if _, twice := known[a.name]; twice {
			t.Errorf("there are two ways to tell %q", a.name)
		}
		known[a.name] = a
	}
	found := 0
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			act, ok := recorded(n)
			if !ok {
				return true
			}
			found++
			a, told := known[act]
			if !told && !slices.Contains(elsewhere, act) {
				t.Errorf("%s: the history has no words for %q", path, act)
			}
			if withOthers.MatchString(path) && told && a.href == nil {
				t.Errorf("%s: %q leads nowhere", path, act)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 100 {
		t.Errorf("only %d acts found in the program", found)
	}
}

func recorded(n ast.Node) (act string, ok bool) {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, is := n.Key.(*ast.Ident); is && key.Name == "Act" {
			return literal(n.Value)
		}
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if !strings.HasPrefix(name, "record") {
			return "", false
		}
		for _, x := range n.Args {
			if act, ok := literal(x); ok {
				return act, true
			}
		}
	}
	return "", false
}

func literal(x ast.Expr) (string, bool) {
	b, ok := x.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(b.Value)
	return s, err == nil && s != ""
}
